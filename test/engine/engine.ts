import type pg from "pg";
import type { PgBoss } from "pg-boss";
import type { BookTickets, Command } from "../../src/domain/command.ts";
import type { EventDraft } from "../../src/domain/event-draft.ts";
import type { CommandId, EventId, UserId } from "../../src/domain/ids.ts";
import type { LedgerEntry } from "../../src/domain/ledger.ts";
import { Activations } from "../../src/engine/activations.ts";
import type { TurnPorts } from "../../src/engine/conclude.ts";
import type { ActorTurn, LedgerRange, TurnReport } from "../../src/engine/ports.ts";
import { takeTurn } from "../../src/engine/turn.ts";
import type { Acceptance, AcceptPorts } from "../../src/mailbox/accept.ts";
import { createMailbox, startBoss } from "../../src/mailbox/boss.ts";
import { createTake } from "../../src/mailbox/deliver.ts";
import type { AcceptSql } from "../../src/mailbox/ports.ts";
import { Post } from "../../src/mailbox/post.ts";
import { IdSource } from "../../src/ops/id-source.ts";
import { createEvent } from "../../src/store/create-event.ts";
import { createPool, inTransaction, isDataError } from "../../src/store/database.ts";
import { countIn, findKeys, readDoors, reserveKeys } from "../../src/store/sql/accepts.ts";
import { markActivations, recordAttempt, takeBackMarks } from "../../src/store/sql/actors.ts";
import { readLedger } from "../../src/store/sql/ledger.ts";
import { TurnConnection } from "../../src/store/turn-connection.ts";
import { createTestDatabase, silent, type TestDatabase } from "../support/postgres.ts";

const DRAIN_TURNS_MAX = 200;

/** One more worker's memory and connection, driven turn by turn. */
export interface TestWorker {
  readonly tx: TurnConnection;
  readonly ports: TurnPorts;
  readonly reports: TurnReport[];
  readonly published: LedgerRange[];
  turn(...eventIds: EventId[]): ReturnType<typeof takeTurn>;
}

/** The engine on a database of its own, without processes: a test says when a turn is taken, and by whom. */
export class Engine {
  readonly ids = new IdSource();
  readonly database: TestDatabase;
  readonly pool: pg.Pool;
  readonly boss: PgBoss;
  readonly accept: AcceptPorts;
  readonly post: Post;
  /** Events that were told of by notices. */
  readonly woken: EventId[] = [];
  readonly #workers: TestWorker[] = [];
  readonly #numbers = new Map<EventId, number>();

  private constructor(database: TestDatabase, pool: pg.Pool, boss: PgBoss) {
    this.database = database;
    this.pool = pool;
    this.boss = boss;
    const sql = { readDoors, reserveKeys, findKeys, countIn } as unknown as AcceptSql;
    this.accept = { sql, mailboxDepthMax: 100_000 };
    this.post = new Post(
      {
        ...this.accept,
        inTransaction: (work) => inTransaction(pool, work),
        wake: (eventIds) => this.woken.push(...eventIds),
        isDataError,
        observe: () => undefined,
      },
      { batchMax: 500, flushesMax: 2, waitingMax: 100_000, waitMsMax: 60_000 },
    );
  }

  static async start(): Promise<Engine> {
    const database = await createTestDatabase();
    const pool = createPool({ url: database.url, name: "test-engine", max: 6, log: silent });
    return new Engine(database, pool, await startBoss(pool, silent));
  }

  async stop(): Promise<void> {
    for (const { tx } of this.#workers) await tx.close();
    await this.boss.stop({ graceful: false });
    await this.pool.end();
    await this.database.drop();
  }

  worker(limits: Partial<TurnPorts["limits"]> = {}): TestWorker {
    const tx = new TurnConnection({ url: this.database.url, take: createTake() });
    const reports: TurnReport[] = [];
    const published: LedgerRange[] = [];
    const ports: TurnPorts = {
      activations: new Activations({ countMax: 1_000, idleMs: 60_000 }),
      marks: {
        begin: (eventIds) => markActivations(this.pool, eventIds),
        attempt: (eventId, id) => recordAttempt(this.pool, eventId, id),
        takeBack: (eventIds, attempted) => takeBackMarks(this.pool, eventIds, attempted),
      },
      notice: { publish: (ranges) => published.push(...ranges) },
      ids: this.ids,
      limits: { batchMax: 500, sharedBatchMax: 20, ...limits },
      observe: (report) => reports.push(report),
    };
    const worker = { tx, ports, reports, published, turn: (...ids: EventId[]) => takeTurn(ports, tx, ids) };
    this.#workers.push(worker);
    return worker;
  }

  /** A worker whose process dies in its turns: they leave nothing, and what it noted before stays. */
  doomedWorker(): TestWorker {
    const worker = this.worker();
    worker.tx.commit = async () => {
      throw new Error("killed");
    };
    Object.assign(worker.ports.marks, this.#marksOfTheDying());
    return worker;
  }

  /** A process that dies takes nothing back, and has been away for a while when it is there again. */
  #marksOfTheDying(): Pick<TurnPorts["marks"], "begin" | "takeBack"> {
    return {
      begin: async (eventIds) => {
        const aSecondAgo = "activation_marked_at = activation_marked_at - interval '1 second'";
        await this.pool.query(`update actor set ${aSecondAgo} where event_id = any($1)`, [eventIds]);
        await markActivations(this.pool, eventIds);
      },
      takeBack: async () => [],
    };
  }

  /** A worker whose process dies of one command, whenever a decision about it would be written. */
  deadlyWorker(id: CommandId): TestWorker {
    const worker = this.worker();
    const { tx } = worker;
    const [commit, tryWrite] = [tx.commit.bind(tx), tx.tryWrite.bind(tx)];
    const dieOf = ({ entries }: ActorTurn) => {
      const entry = entries.find(({ command }) => command.id === id);
      const [outcome] = entry?.decision ?? [];
      if (outcome !== undefined && outcome.type !== "BookingRejected") throw new Error("killed");
    };
    tx.commit = async (turns) => {
      for (const turn of turns) dieOf(turn);
      await commit(turns);
    };
    tx.tryWrite = async (turn) => {
      dieOf(turn);
      return await tryWrite(turn);
    };
    Object.assign(worker.ports.marks, this.#marksOfTheDying());
    return worker;
  }

  async event(fields: Partial<EventDraft> & { readonly capacity?: number } = {}): Promise<EventId> {
    const eventId = this.ids.newId() as EventId;
    const { capacity = 100, ...rest } = fields;
    const draft = {
      eventId,
      name: "An Evening",
      description: null,
      venue: "The Hall",
      venueId: null,
      category: null,
      startsAt: Date.now() + 86_400_000,
      endsAt: null,
      saleStartsAt: null,
      saleEndsAt: null,
      currency: "USD",
      ticketsPerBookingMax: 10,
      ticketsPerUserMax: null,
      requiresPayment: false,
      holdTtlMs: 300_000,
      offerTtlMs: 900_000,
      holdsPerUserMax: 4,
      refundPolicy: { type: "full" } as const,
      seating: null,
      tiers: [{ name: "General", priceMinor: 2_000, capacity }],
      createdBy: this.user(),
      ...rest,
    };
    const event = { commandId: this.ids.commandId(), draft, key: null };
    await createEvent(this.pool, event, (id) => createMailbox(this.boss, id));
    const { rows } = await this.pool.query("select number from event where event_id = $1", [eventId]);
    this.#numbers.set(eventId, rows[0].number);
    return eventId;
  }

  user(): UserId {
    return this.ids.newId() as UserId;
  }

  book(eventId: EventId, quantity = 1, userId = this.user()): BookTickets {
    return { type: "BookTickets", id: this.ids.bookingId(this.#numbers.get(eventId) ?? 0), userId, quantity };
  }

  send(eventId: EventId, ...commands: Command[]): Promise<Acceptance[]> {
    return Promise.all(commands.map((command) => this.post.send({ eventId, command, key: null })));
  }

  ledger(eventId: EventId): Promise<LedgerEntry[]> {
    return readLedger(this.pool, [{ eventId, from: 1, to: Number.MAX_SAFE_INTEGER }]);
  }

  /** The ids of decided commands, in ledger order, without the event's creation. */
  async decided(eventId: EventId): Promise<CommandId[]> {
    return (await this.ledger(eventId)).slice(1).map(({ command }) => command.id);
  }

  /**
   * Lets workers take turns of an event, one after the other, until nothing is to be done at once.
   * @returns how many turns that took @throws Error where it takes too many
   */
  async drain(eventId: EventId, ...workers: readonly TestWorker[]): Promise<number> {
    for (let turns = 1; turns <= DRAIN_TURNS_MAX; turns += 1) {
      const { more } = await (workers[turns % workers.length] as TestWorker).turn(eventId);
      if (more.length === 0) return turns;
    }
    throw new Error(`the mailbox was not drained in ${DRAIN_TURNS_MAX} turns`);
  }

  /** Envelopes in the mailbox of one event. */
  async waiting(eventId: EventId): Promise<number> {
    const { rows } = await this.pool.query("select count(*)::integer as n from mailbox.job where name = $1", [
      `event.${eventId}`,
    ]);
    return rows[0].n;
  }
}
