import type pg from "pg";
import type { WebhookView } from "../domain/webhook.ts";
import type { Ledgers, Webhooks, WebhookTrial } from "../http/webhooks.ts";
import type { Config } from "../ops/config.ts";
import { Fault } from "../ops/fault.ts";
import { GuardedFetch } from "../ops/guarded-fetch.ts";
import type { IdSource } from "../ops/id-source.ts";
import { readVersion } from "../ops/version.ts";
import type { OutcomeFeed } from "../outbox/feed.ts";
import { FeedNews } from "../outbox/feed-news.ts";
import { orFault } from "../store/faults.ts";
import { readStretch } from "../store/webhooks/cursors.ts";
import { createWebhooks } from "../store/webhooks/endpoints.ts";
import { testMessage } from "../webhooks/message.ts";
import { newSecret, shownSecret } from "../webhooks/secret.ts";
import { Sender } from "../webhooks/sender.ts";

/** Endpoints of one organiser. */
const OF_OWNER_MAX = 20;
/** How long messages are signed with the secret before, too. */
const SECRET_OVERLAP_MS = 24 * 3_600_000;
/** Test messages of this process under way at once. */
const TESTS_MAX = 16;
const RETRY = { retryAfterMs: 5_000 } as const;

/** What sends, in whichever process. */
export function composeSending(config: Config): { readonly guard: GuardedFetch; readonly sender: Sender } {
  const guard = new GuardedFetch({ allowPrivate: config.WEBHOOK_ALLOW_PRIVATE });
  const send = guard.send.bind(guard);
  return { guard, sender: new Sender({ send, userAgent: `Evently/${readVersion()}`, now: Date.now }) };
}

/** What the API does about webhooks and the feed; `close` lets requests go that wait for news. */
export function composeWebhookPorts(options: {
  readonly config: Config;
  readonly pool: pg.Pool;
  readonly feed: Pick<OutcomeFeed, "subscribe">;
  readonly ids: IdSource;
}): { readonly webhooks: Webhooks; readonly ledgers: Ledgers; readonly close: () => void } {
  const { config, pool, feed, ids } = options;
  const { guard, sender } = composeSending(config);
  const { secretsOf, noteTest, create, rotate, once, ...store } = createWebhooks(pool);
  const news = new FeedNews();
  feed.subscribe(news);
  const secretOf = async (id: string) => {
    const [secret] = await secretsOf(id);
    return secret === undefined ? null : shownSecret(secret);
  };
  const trying = boundedBy(TESTS_MAX, (webhook: WebhookView) =>
    tryOut({ sender, secretsOf, noteTest, ids }, webhook),
  );
  const webhooks: Webhooks = {
    ...store,
    secretOf,
    create: (webhook) => create({ ...webhook, secret: newSecret(), ofOwnerMax: OF_OWNER_MAX }),
    rotate: (id, key) => rotate({ id, key, secret: newSecret(), overlapMs: SECRET_OVERLAP_MS }),
    problemOfUrl: (url) => guard.problemOfUrl(url),
    tryOut: (webhook, key) => once(key, () => trying(webhook)),
  };
  const ledgers: Ledgers = {
    read: (eventId, fromSeq, max) => orFault(() => readStretch(pool, eventId, fromSeq, max)),
    listen: (eventId) => news.listen(eventId),
  };
  const close = () => {
    news.close();
    guard.close();
  };
  return { webhooks, ledgers, close };
}

/** Sends a test message, and writes down what became of it. */
async function tryOut(
  {
    sender,
    secretsOf,
    noteTest,
    ids,
  }: Pick<ReturnType<typeof createWebhooks>, "secretsOf" | "noteTest"> & {
    readonly sender: Sender;
    readonly ids: IdSource;
  },
  { id: webhookId, url }: WebhookView,
): Promise<WebhookTrial> {
  const id = ids.newId();
  const message = testMessage(webhookId, id, Date.now());
  const result = await sender.attempt(message, { url, secrets: await secretsOf(webhookId) });
  const { statusCode, error, durationMs } = result;
  const isDelivered = result.type === "delivered";
  const tried = { messageId: message.id, isDelivered, statusCode, error, durationMs };
  await noteTest({ webhookId, id, ...tried });
  return tried;
}

/** The same work, refused while so much of it is under way. */
function boundedBy<A, B>(max: number, work: (asked: A) => Promise<B>): (asked: A) => Promise<B> {
  let underWay = 0;
  return async (asked) => {
    if (underWay >= max) throw new Fault("Overloaded", "too many webhooks are being tried out", RETRY);
    underWay += 1;
    try {
      return await work(asked);
    } finally {
      underWay -= 1;
    }
  };
}
