import type pg from "pg";
import type { PgBoss } from "pg-boss";
import type { Command } from "../../../src/domain/command.ts";
import type { BookingId, EventId } from "../../../src/domain/ids.ts";
import { startBoss } from "../../../src/mailbox/boss.ts";
import type { AcceptSql } from "../../../src/mailbox/ports.ts";
import { Post } from "../../../src/mailbox/post.ts";
import { IdSource } from "../../../src/ops/id-source.ts";
import { createPool, inTransaction, isDataError, type Queryable } from "../../../src/store/database.ts";
import { notifyMail } from "../../../src/store/notices.ts";
import { countIn, findKeys, readDoors, reserveKeys } from "../../../src/store/sql/accepts.ts";
import { silent } from "../../support/postgres.ts";

const POOL_MAX = 2;
const DEPTH_MAX = 10_000_000;

/** Puts commands into mailboxes past the API, as an older or a broken one might have: what HTTP would refuse gets in. */
export class Planter {
  readonly #pool: pg.Pool;
  readonly #boss: PgBoss;
  readonly #post: Post;
  readonly #ids = new IdSource();

  private constructor(pool: pg.Pool, boss: PgBoss) {
    this.#pool = pool;
    this.#boss = boss;
    this.#post = new Post(
      {
        sql: { readDoors, reserveKeys, findKeys, countIn } as unknown as AcceptSql,
        mailboxDepthMax: DEPTH_MAX,
        inTransaction: (work) => inTransaction(pool, work),
        wake: (eventIds, tx) => void notifyMail(tx as Queryable, eventIds).catch(() => undefined),
        isDataError,
        observe: () => undefined,
      },
      { batchMax: 500, flushesMax: 1, waitingMax: DEPTH_MAX, waitMsMax: 60_000 },
    );
  }

  static async open(databaseUrl: string): Promise<Planter> {
    const pool = createPool({ url: databaseUrl, name: "fault-planter", max: POOL_MAX, log: silent });
    return new Planter(pool, await startBoss(pool, silent));
  }

  /** Ids for bookings of an event. */
  async bookingIds(eventId: string, count: number): Promise<BookingId[]> {
    const { rows } = await this.#pool.query("select number from event where event_id = $1", [eventId]);
    return Array.from({ length: count }, () => this.#ids.bookingId(rows[0].number));
  }

  /** @throws where one is not accepted */
  async plant(eventId: string, commands: readonly Command[]): Promise<void> {
    const letters = commands.map((command) => ({ eventId: eventId as EventId, command, key: null }));
    const answers = await Promise.all(letters.map((letter) => this.#post.send(letter)));
    const other = answers.find(({ type }) => type !== "accepted");
    if (other !== undefined) throw new Error(`a planted command was answered ${JSON.stringify(other)}`);
  }

  /** Something in an event's mailbox that is no envelope, counted in like one. @returns its id */
  async plantRaw(eventId: string, data: object): Promise<string> {
    const id = this.#ids.commandId();
    await inTransaction(this.#pool, async (tx) => {
      await tx.query(
        "update mailbox_counter set bookings_accepted = bookings_accepted + 1 where event_id = $1",
        [eventId],
      );
      const db = { executeSql: async (text: string, values?: unknown[]) => await tx.query(text, values) };
      await this.#boss.insert(`event.${eventId}`, [{ id, data }], { db: db as never });
    });
    return id;
  }

  async close(): Promise<void> {
    await this.#post.drained();
    await this.#boss.stop({ graceful: false });
    await this.#pool.end();
  }
}
