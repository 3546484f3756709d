import { expect } from "chai";
import { sharedSystem } from "../http/shared-system.ts";
import type { Client, RequestOptions } from "../support/client.ts";

/** A system, and a way to send documented requests to it. Call it in a `describe`. */
export function referenceSystem() {
  const system = sharedSystem();
  return {
    client: (): Client => system().client,
    admin: (): string => system().admin.token,
    url: (): string => system().api.url,
    /** Sends a request, expects its status, and gives back the body. */
    async send(
      expected: number | readonly number[],
      method: string,
      path: string,
      options: RequestOptions = {},
      // biome-ignore lint/suspicious/noExplicitAny: the shape is what the tests are about
    ): Promise<any> {
      const { status, body } = await system().client.request(method, path, options);
      expect([expected].flat(), `${method} ${path}: ${status} ${JSON.stringify(body)}`).to.include(status);
      return body;
    },
  };
}
