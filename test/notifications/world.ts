import { randomUUIDv7 } from "node:crypto";
import type pg from "pg";
import type {
  Channel,
  ChannelName,
  DeliveryResult,
  Message,
  Recipient,
} from "../../src/notifications/channel.ts";
import { CHANNELS } from "../../src/notifications/channel.ts";
import type { RetryLimits, Verdict } from "../../src/notifications/delivery.ts";
import { Dispatcher } from "../../src/notifications/dispatcher.ts";
import { Rush } from "../../src/ops/rush.ts";
import { createPool } from "../../src/store/database.ts";
import {
  claimDeliveries,
  releaseDeliveries,
  renewDeliveries,
} from "../../src/store/notifications/deliveries.ts";
import { createNotifier } from "../../src/store/notifications/notifier.ts";
import { recordVerdicts } from "../../src/store/notifications/verdicts.ts";
import { createTestDatabase, silent, type TestDatabase } from "../support/postgres.ts";
import { until } from "../support/until.ts";

type Answer = (message: Message, recipient: Recipient) => DeliveryResult | Promise<DeliveryResult>;

/** A channel that answers as it is told and remembers what it was given. */
export class FakeChannel implements Channel {
  readonly name: ChannelName;
  readonly isLocal: boolean;
  readonly given: { readonly message: Message; readonly recipient: Recipient; readonly at: number }[] = [];
  answer: Answer;

  constructor(
    name: ChannelName,
    answer: Answer = () => ({ type: "delivered", ref: null }),
    { isLocal = false } = {},
  ) {
    this.name = name;
    this.isLocal = isLocal;
    this.answer = answer;
  }

  async deliver(message: Message, recipient: Recipient): Promise<DeliveryResult> {
    this.given.push({ message, recipient, at: performance.now() });
    return await this.answer(message, recipient);
  }
}

export const NOBODY: DeliveryResult = { type: "unreachable", reason: "nobody there" };
export const BUSY: DeliveryResult = { type: "failed", reason: "busy", retryAfterMs: null };

/** A channel that never answers anything else. */
export const never = (name: ChannelName, result: DeliveryResult) => new FakeChannel(name, () => result);

export interface Row {
  readonly channel: ChannelName;
  readonly status: string;
  readonly attempts: number;
  readonly error: string | null;
  readonly is_fail_over: boolean;
}

/** Quick enough to wait for: the usual limits take an hour. */
export const QUICK: RetryLimits = { attemptsMax: 3, retryMs: 20, retryMsMax: 200 };

/** A database with people in it, and dispatchers that carry what they are told over fake channels. */
export class World {
  readonly #database: TestDatabase;
  readonly #dispatchers: Dispatcher[] = [];
  readonly pool: pg.Pool;
  readonly verdicts: Verdict[] = [];

  private constructor(database: TestDatabase) {
    this.#database = database;
    this.pool = createPool({ url: database.url, name: "test-notifications", max: 8, log: silent });
  }

  get url(): string {
    return this.#database.url;
  }

  static async create(): Promise<World> {
    return new World(await createTestDatabase());
  }

  async person(fields: { readonly phone?: string; readonly isActive?: boolean } = {}): Promise<string> {
    const id = randomUUIDv7();
    await this.pool.query(
      `insert into users (id, email, password_hash, name, phone, is_active)
       values ($1::uuid, $1::text || '@example.com', 'none', 'A Person', $2, $3)`,
      [id, fields.phone ?? null, fields.isActive ?? true],
    );
    return id;
  }

  /** @returns the notification's id */
  tell(
    userId: string,
    more: {
      readonly kind?: string;
      readonly channels?: readonly ChannelName[];
      readonly data?: Readonly<Record<string, unknown>>;
    } = {},
  ): Promise<string> {
    const telling = { userId, kind: "system_alert", title: "A title", text: "A text", ...more };
    return createNotifier(this.pool, randomUUIDv7).tell(telling);
  }

  /** Starts a dispatcher; channels that are not given deliver everything. */
  dispatch(channels: readonly Channel[] = [], retry = QUICK): Dispatcher {
    const all = CHANNELS.map((name) => channels.find((one) => one.name === name) ?? new FakeChannel(name));
    const dispatcher = new Dispatcher({
      rush: new Rush(),
      channels: all,
      retry,
      claim: (channel, max, leaseMs) => claimDeliveries(this.pool, channel, { max, leaseMs }),
      renew: (deliveries, leaseMs) => renewDeliveries(this.pool, deliveries, leaseMs),
      release: (deliveries) => releaseDeliveries(this.pool, deliveries),
      record: (verdicts) => recordVerdicts(this.pool, verdicts),
      observe: (verdict) => this.verdicts.push(verdict),
      log: silent,
    });
    this.#dispatchers.push(dispatcher);
    dispatcher.start();
    return dispatcher;
  }

  async rows(notificationId: string): Promise<Row[]> {
    const { rows } = await this.pool.query(
      "select * from notification_delivery where notification_id = $1 order by created_at, channel",
      [notificationId],
    );
    return rows;
  }

  /** Waits until nothing is left to do about a notification. @returns `channel status`, in the order of planning */
  async settled(notificationId: string): Promise<string[]> {
    const rows = await until("the end of all deliveries", async () => {
      for (const dispatcher of this.#dispatchers) dispatcher.hint();
      const all = await this.rows(notificationId);
      return all.every(({ status }) => status !== "queued" && status !== "failed") && all;
    });
    return rows.map(({ channel, status }) => `${channel} ${status}`);
  }

  async stop(): Promise<void> {
    await Promise.all(this.#dispatchers.map((dispatcher) => dispatcher.close()));
    this.#dispatchers.length = 0;
  }

  async end(): Promise<void> {
    await this.stop();
    await this.pool.end();
    await this.#database.drop();
  }
}
