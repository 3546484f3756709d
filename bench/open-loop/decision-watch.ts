import pg from "pg";
import type { Queryable } from "../../src/store/database.ts";
import { OUTCOME_CHANNEL, readOutcomeNotice } from "../../src/store/notices.ts";
import { monotonicMs } from "./clock.ts";

interface Heard {
  readonly eventId: string;
  readonly from: number;
  readonly to: number;
  readonly atMs: number;
}

/**
 * Hears of decisions as an API process does: by the notice that follows the COMMIT of each turn. For a booking that was
 * answered 202 this is the moment at which its decision is known to the world.
 */
export class DecisionWatch {
  readonly #client: pg.Client;
  #heard: Heard[] = [];

  constructor(databaseUrl: string) {
    this.#client = new pg.Client({ connectionString: databaseUrl });
    this.#client.on("error", () => {});
    this.#client.on("notification", ({ payload }) => {
      const atMs = monotonicMs();
      for (const range of readOutcomeNotice(payload ?? "")) this.#heard.push({ ...range, atMs });
    });
  }

  async start(): Promise<this> {
    await this.#client.connect();
    await this.#client.query(`listen ${OUTCOME_CHANNEL}`);
    return this;
  }

  stop(): Promise<void> {
    return this.#client.end();
  }

  /** Forgets what it heard. */
  clear(): void {
    this.#heard = [];
  }

  /** Which numbers of an event's ledger were decided, and when, in the order in which that was heard. */
  rangesOf(eventId: string): readonly Omit<Heard, "eventId">[] {
    return this.#heard.filter((range) => range.eventId === eventId);
  }

  /** When each command of an event was decided, by its id; null for those whose notice was never heard. */
  async decidedAt(db: Queryable, eventIds: readonly string[]): Promise<Map<string, number | null>> {
    const { rows } = await db.query<{ id: string; event_id: string; seq: number }>(
      "select command_id::text as id, event_id::text, seq::int from ledger where event_id = any($1::uuid[])",
      [eventIds],
    );
    const heard = new Map<string, number>();
    for (const { eventId, from, to, atMs } of this.#heard) {
      for (let seq = from; seq <= to; seq += 1) heard.set(`${eventId}:${seq}`, atMs);
    }
    return new Map(rows.map(({ id, event_id, seq }) => [id, heard.get(`${event_id}:${seq}`) ?? null]));
  }
}
