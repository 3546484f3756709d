import { GATEWAY_SECRET, sharedSystem } from "../http/shared-system.ts";
import { ask } from "../support/bare-client.ts";
import type { Reply } from "../support/client.ts";

export interface Said {
  /** `X-User-ID`. */
  readonly user?: number | string | undefined;
  readonly admin?: boolean;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Somebody with the integer that surface B knows them by. */
export interface Numbered {
  readonly number: number;
  readonly userId: string;
  readonly token: string;
}

/** Surface B of the system that the HTTP tests share, as a trusted gateway uses it. */
export function trustedGateway() {
  const system = sharedSystem();
  const send = (route: string, { user, admin = false, body, headers }: Said = {}): Promise<Reply> =>
    ask(system().api.url, route, {
      body,
      headers: {
        "x-evently-gateway-secret": GATEWAY_SECRET,
        ...(user === undefined ? {} : { "x-user-id": String(user) }),
        ...(admin ? { "x-user-role": "admin" } : {}),
        ...headers,
      },
    });
  /** Without the secret. */
  const sendBare = (route: string, options?: Parameters<typeof ask>[2]) =>
    ask(system().api.url, route, options);
  async function people(count: number): Promise<Numbered[]> {
    const persons = await system().people(count);
    const numbers = await Promise.all(
      persons.map(async ({ token }) => (await sendBare("GET /users/me", { token })).body.id as number),
    );
    return persons.map((person, at) => ({ ...person, number: numbers[at] as number }));
  }
  /** An event of so many seats. */
  async function event(seats: number, fields: Readonly<Record<string, unknown>> = {}): Promise<number> {
    const body = {
      name: "Exclusive Gala",
      venue: "The Grand Hall",
      start_time: "2031-07-01T19:00:00",
      end_time: "2031-07-01T23:00:00",
      total_seats: seats,
      ...fields,
    };
    const { status, body: created } = await send("POST /admin/events", { admin: true, body });
    if (status !== 201) throw new Error(`event: ${status} ${JSON.stringify(created)}`);
    return created.id;
  }
  return { system, send, sendBare, people, event };
}
