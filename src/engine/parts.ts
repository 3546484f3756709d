import { nextDueAt } from "../domain/decide/timers.ts";
import type { CommandId } from "../domain/ids.ts";
import type { EventState } from "../domain/state.ts";
import type { TurnPorts } from "./conclude.ts";
import { deliberate, failedEntry, worldOf } from "./deliberate.ts";
import {
  type ActorTurn,
  BookingsMustWait,
  type ColdRows,
  type Delivery,
  type Envelope,
  type LockedActor,
  type TurnTransaction,
} from "./ports.ts";

/** One actor's turn written in parts, each inside a savepoint: a part that is refused leaves no trace. */
export class Parts {
  readonly written: ActorTurn[] = [];
  readonly #ports: TurnPorts;
  readonly #tx: TurnTransaction;
  readonly #rows: ColdRows | null;
  readonly #known: ReadonlySet<CommandId>;
  #actor: LockedActor;
  #world;

  constructor(
    ports: TurnPorts,
    tx: TurnTransaction,
    actor: LockedActor,
    state: EventState,
    rows: ColdRows | null,
    known: ReadonlySet<CommandId>,
  ) {
    this.#ports = ports;
    this.#tx = tx;
    this.#actor = actor;
    this.#rows = rows;
    this.#known = known;
    this.#world = worldOf(state, this.#rows);
  }

  get state(): EventState {
    return this.#world.state;
  }

  async writeHalving(envelopes: readonly Envelope[]): Promise<void> {
    if (envelopes.length === 0) return;
    const error = await this.write({ envelopes, unreadable: [] }, false);
    if (error === null) return;
    const [only, second] = envelopes;
    if (only !== undefined && second === undefined) return await this.setAside(only, error);
    const half = envelopes.length >> 1;
    await this.writeHalving(envelopes.slice(0, half));
    await this.writeHalving(envelopes.slice(half));
  }

  /** Null where the part stands; else what the database said, and the world is as before. */
  async write(delivery: Delivery, withDue: boolean): Promise<string | null> {
    const before = structuredClone(this.#world);
    const error = await this.#decideAndTry(delivery, withDue);
    if (error !== null) this.#world = before;
    return error;
  }

  async #decideAndTry(delivery: Delivery, withDue: boolean): Promise<string | null> {
    const [actor, world, alreadyDecided] = [this.#actor, this.#world, this.#known];
    let turn: ActorTurn;
    try {
      const { ids, limits } = this.#ports;
      turn = deliberate({
        actor,
        world,
        delivery,
        alreadyDecided,
        withDue,
        dueMax: limits.batchMax,
        ids,
      });
    } catch (error) {
      if (error instanceof BookingsMustWait) throw error;
      return String(error);
    }
    return await this.#tryTurn(turn);
  }

  async setAside(envelope: Envelope, error: string): Promise<void> {
    const { command, lane } = envelope;
    const turn: ActorTurn = {
      actor: this.#actor,
      world: this.#world,
      state: this.state,
      entries: [failedEntry(this.#actor.ledgerSeq + 1, envelope)],
      deadLetters: [{ id: command.id, envelope: command, error }],
      decided: { urgent: lane === "urgent" ? 1 : 0, bookings: lane === "bookings" ? 1 : 0 },
      nextDueAt: nextDueAt(this.state),
      decidedPerSecond: this.#actor.decidedPerSecond,
    };
    if ((await this.#tryTurn(turn)) === null) return;
    // Its own content cannot even be recorded: keep the id and the reason.
    const bare = { ...turn, entries: [], deadLetters: [{ id: command.id, envelope: null, error }] };
    const refused = await this.#tryTurn(bare);
    if (refused !== null) throw new Error(`invariant: a bare dead letter was refused: ${refused}`);
  }

  async #tryTurn(turn: ActorTurn): Promise<string | null> {
    const result = await this.#tx.tryWrite(turn);
    if (!result.ok) return result.error;
    this.written.push(turn);
    const { version, ledgerSeq } = this.#actor;
    this.#actor = {
      ...this.#actor,
      version: version + 1,
      ledgerSeq: ledgerSeq + turn.entries.length,
      ledgerDigest: result.ledgerDigest,
      uncleanActivations: 0,
    };
    return null;
  }
}
