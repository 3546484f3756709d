import { createHash, randomBytes } from "node:crypto";
import type pg from "pg";
import type { RecordPayment, RecordRefund } from "../domain/command.ts";
import type { EventId } from "../domain/ids.ts";
import type { PaymentPorts } from "../http/payment-desk.ts";
import type { Post } from "../mailbox/post.ts";
import type { Config } from "../ops/config.ts";
import type { IdSource } from "../ops/id-source.ts";
import type { Log } from "../ops/log.ts";
import type { Metrics } from "../ops/metrics.ts";
import { Cashier } from "../payments/cashier.ts";
import type { PaymentProvider } from "../payments/provider.ts";
import { StripeProvider } from "../payments/stripe-provider.ts";
import { Teller } from "../payments/teller.ts";
import { postCallbacks } from "../payments/test-callback.ts";
import { TestProvider } from "../payments/test-provider.ts";
import { orFault } from "../store/faults.ts";
import {
  discardSession,
  openSession,
  recordAnswer,
  sessionByRef,
  sessionDetails,
} from "../store/payment-sessions.ts";
import {
  addPaymentTasks,
  claimPaymentTasks,
  finishPaymentTask,
  hastenPaymentCheck,
  postponePaymentTask,
  renewPaymentTasks,
} from "../store/payment-tasks.ts";
import { sharedSetting } from "../store/settings.ts";
import { createTestProviderBooks } from "../store/test-provider-books.ts";
import type { SharedWork } from "../tracing/shared-work.ts";
import { sendOrFault } from "./post.ts";

const SECRET_BYTES = 32;
const LATE_MS = 3_000;

export interface PaymentOptions {
  readonly config: Config;
  readonly pool: pg.Pool;
  readonly log: Log;
}

/** The providers that this installation takes payments by, and the one that is meant where none is named. */
export async function composeProviders({ config, pool, log }: PaymentOptions): Promise<{
  readonly providers: ReadonlyMap<string, PaymentProvider>;
  readonly defaultProvider: string;
  readonly test: TestProvider | null;
}> {
  const { PAYMENT_PROVIDER, STRIPE_SECRET_KEY: apiKey, STRIPE_WEBHOOK_SECRET: webhookSecret } = config;
  const publicUrl = config.PUBLIC_URL ?? `http://127.0.0.1:${config.PORT}`;
  const defaultProvider = PAYMENT_PROVIDER ?? (apiKey === null ? "test" : "stripe");
  const test = defaultProvider === "test" ? await composeTestProvider({ pool, log, publicUrl }) : null;
  const providers = new Map<string, PaymentProvider>();
  if (test !== null) providers.set(test.name, test);
  if (apiKey !== null && webhookSecret !== null) {
    providers.set("stripe", new StripeProvider({ apiKey, webhookSecret, returnUrl: publicUrl }));
  }
  return { providers, defaultProvider, test };
}

async function composeTestProvider(options: {
  readonly pool: pg.Pool;
  readonly log: Log;
  readonly publicUrl: string;
}): Promise<TestProvider> {
  const { pool, log, publicUrl } = options;
  const secret = await sharedSetting(pool, "test_provider_secret", () =>
    randomBytes(SECRET_BYTES).toString("base64url"),
  );
  return new TestProvider({
    secret,
    store: createTestProviderBooks(pool),
    pagesUrl: `${publicUrl}/api/v1/payments/test`,
    now: Date.now,
    lateMs: LATE_MS,
    deliver: postCallbacks(`${publicUrl}/api/v1/payments/webhook/test`),
    log,
  });
}

/** What the API does about payments: it keeps what paying needs and takes call-backs in. */
export function composePaymentPorts(options: {
  readonly pool: pg.Pool;
  readonly post: Post;
  readonly metrics: Metrics;
  readonly providers: ReadonlyMap<string, PaymentProvider>;
  readonly defaultProvider: string;
  readonly test: TestProvider | null;
}): PaymentPorts {
  const { pool, post, metrics, providers, defaultProvider, test } = options;
  return {
    defaultProvider,
    providers,
    testPages: test,
    open: (session) => orFault(() => openSession(pool, session)),
    discard: (paymentId) => orFault(() => discardSession(pool, paymentId)),
    findByRef: async (provider, ref) =>
      (await orFault(() => sessionByRef(pool, provider, ref)))?.paymentId ?? null,
    heard: (report) =>
      orFault(async () => {
        await recordAnswer(pool, { ...report, clientSecret: null, keepsToken: true });
        await hastenPaymentCheck(pool, report.paymentId);
      }),
    send: (letter) => sendOrFault(post, metrics, letter),
  };
}

/** The cashier of an effects worker. */
export function composeCashier(options: {
  readonly pool: pg.Pool;
  readonly post: Post;
  readonly metrics: Metrics;
  readonly providers: ReadonlyMap<string, PaymentProvider>;
  readonly ids: IdSource;
  readonly tracing: SharedWork;
  readonly log: Log;
}): Cashier {
  const { pool, post, metrics, providers, ids, tracing, log } = options;
  const teller = new Teller({
    providers,
    add: (tasks, delayMs) => addPaymentTasks(pool, tasks, delayMs),
    file: (eventId, paymentId) => sessionDetails(pool, eventId, paymentId),
    recordAnswer: (answer) => recordAnswer(pool, { ...answer, keepsToken: false }),
    report: (eventId, command, once) => report({ post, metrics }, eventId, command, once),
    newId: (eventNumber) => ids.bookingId(eventNumber),
  });
  return new Cashier({
    teller,
    claim: (max, leaseMs) => claimPaymentTasks(pool, { max, leaseMs }),
    renew: (tasks, leaseMs) => renewPaymentTasks(pool, tasks, leaseMs),
    finish: (task) => finishPaymentTask(pool, task),
    postpone: (task, delayMs) => postponePaymentTask(pool, task, delayMs),
    observe: ({ kind, result }) => metrics.payments.inc({ kind, result }),
    tracing,
    log,
  });
}

/** Sends a report that is one and the same however often it is sent. @throws Fault where it was not accepted. */
async function report(
  { post, metrics }: { readonly post: Post; readonly metrics: Metrics },
  eventId: EventId,
  command: RecordPayment | RecordRefund,
  once: string,
): Promise<void> {
  const digest = createHash("sha256").update(`report:${once}`).digest();
  const acceptance = await sendOrFault(post, metrics, {
    eventId,
    command,
    key: { digest, fingerprint: digest },
  });
  if (acceptance.type !== "accepted" && acceptance.type !== "replayed") {
    throw new Error(`a payment report was not accepted: ${acceptance.type}`);
  }
}
