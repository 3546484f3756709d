import { expect } from "chai";
import { composeChannels } from "../../src/api/channels.ts";
import { generateVapidKeys, readVapidKeys } from "../../src/notifications/channels/vapid.ts";
import { loadConfig } from "../../src/ops/config.ts";
import { GuardedFetch } from "../../src/ops/guarded-fetch.ts";
import { turnSpanIdOf } from "../../src/tracing/carrier.ts";
import { message, recipient } from "../notifications/channels/people.ts";
import { Browser, PushService } from "../notifications/channels/push-service.ts";
import { silent } from "../support/postgres.ts";
import { recordedTracing } from "./spans.ts";
import { tracedBy } from "./world.ts";

describe("requests to services that bring messages", () => {
  const { tracing, spans } = recordedTracing();
  const fetch = new GuardedFetch({ allowPrivate: true });
  const service = new PushService();

  before(() => service.listen());
  after(async () => {
    fetch.close();
    await service.close();
  });

  async function deliver(name: string) {
    const env = { SMS_API_URL: service.url, SMS_ACCOUNT_SID: "AC1", SMS_AUTH_TOKEN: "a-token-of-tests-1" };
    const channels = composeChannels({
      config: loadConfig({ ...env, SMS_FROM: "+15005550006", WEBHOOK_ALLOW_PRIVATE: "true" }),
      log: silent,
      vapid: readVapidKeys(generateVapidKeys()),
      fetch,
      traceHeaders: () => tracing.shared.outgoing(),
      documentsOf: async () => null,
      eventOf: async () => null,
      resetTokenOf: () => "none",
    });
    const { subscription } = new Browser(`${service.url}/browser`);
    const channel = channels.find((one) => one.name === name);
    await channel?.deliver(message(), recipient({ pushSubscriptions: [subscription] }));
    return service.pushed.at(-1)?.headers ?? {};
  }

  for (const name of ["sms", "push"]) {
    it(`say which trace they are part of: ${name}`, async () => {
      const { traceId, traceparent } = tracedBy();
      const carriers = [`${traceparent} shop=1`];
      const headers = await tracing.shared.around({ name: `deliver ${name}`, carriers }, () => deliver(name));
      const span = spans().find((one) => one.name === `deliver ${name}`);
      expect(span?.parentSpanContext?.spanId).to.equal(
        turnSpanIdOf({ spanId: traceparent.split("-")[2] ?? "" }),
      );
      expect(headers.traceparent).to.equal(`00-${traceId}-${span?.spanContext().spanId}-01`);
      expect(headers.tracestate).to.equal("shop=1");
    });

    it(`say nothing where nobody traces: ${name}`, async () => {
      expect(await deliver(name)).not.to.have.any.keys("traceparent", "tracestate");
    });
  }
});
