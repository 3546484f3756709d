import { setTimeout as sleep } from "node:timers/promises";
import { monotonicMs } from "../open-loop/clock.ts";
import { catchUpOf } from "./catching-up.ts";
import type { AudienceOrder, CaughtUp, FigureHeard, Heard, Opened, OwnHeard } from "./messages.ts";
import type { Answer, PushData } from "./packets.ts";
import { SocketClient } from "./socket-client.ts";

type OpenOrder = Extract<AudienceOrder, { readonly type: "open" }>;

/** Clients that connect at the same time. */
const OPENING_MAX = 50;
/** Nothing is heard any more when nothing was for so long: several times the interval of figures. */
const QUIET_MS = 1_000;
const QUIET_CHECK_MS = 100;
const QUIET_WAIT_MS_MAX = 20_000;

/** Many clients that follow one event, each somebody else from an address of its own, and what they hear. */
export class Audience {
  readonly #order: OpenOrder;
  /** By place; null where one may not connect. */
  readonly #clients: (SocketClient | null)[] = [];
  readonly #refused: Record<string, number> = {};
  readonly #figures: FigureHeard[] = [];
  readonly #own: OwnHeard[] = [];
  readonly #others: Record<string, number> = {};
  #event: Opened["event"] = null;
  #lost = 0;
  #heardMs = 0;

  constructor(order: OpenOrder) {
    this.#order = order;
  }

  /** Connects everybody. A client that is refused is counted and left out. */
  async open(): Promise<Opened> {
    const startedMs = monotonicMs();
    const places = this.#order.tokens.keys();
    const connecting = Array.from({ length: OPENING_MAX }, async () => {
      for (const place of places) this.#clients[place] = await this.#connect(place);
    });
    await Promise.all(connecting);
    return {
      connected: this.#clients.filter((client) => client !== null).length,
      refused: this.#refused,
      tookMs: monotonicMs() - startedMs,
      event: this.#event,
    };
  }

  /** What was heard until nothing is heard any more; waits for that, for a bounded time. */
  async heard(): Promise<Heard> {
    const startedMs = monotonicMs();
    const sinceMs = () => monotonicMs() - Math.max(this.#heardMs, startedMs);
    while (sinceMs() < QUIET_MS && monotonicMs() - startedMs < QUIET_WAIT_MS_MAX) await sleep(QUIET_CHECK_MS);
    return { figures: this.#figures, own: this.#own, others: this.#others, lost: this.#lost };
  }

  /** Has some clients ask for what they missed, one after the other. */
  async catchUp(places: readonly number[], afterSeq: number): Promise<CaughtUp[]> {
    const caughtUp: CaughtUp[] = [];
    for (const place of places) {
      const client = this.#clients[place] ?? null;
      const asked = { eventId: this.#order.eventId, afterSeq };
      const { seqs, failure } =
        client === null
          ? { seqs: [], failure: "not connected" }
          : await catchUpOf((name, payload) => client.ask(name, payload), asked);
      caughtUp.push({ client: place, seqs, failure });
    }
    return caughtUp;
  }

  async close(): Promise<void> {
    await Promise.all(this.#clients.map((client) => client?.close()));
  }

  async #connect(place: number): Promise<SocketClient | null> {
    const { port, tokens, eventId } = this.#order;
    const client = new SocketClient({
      port,
      address: addressOf(place),
      onPush: (name, data) => this.#note(place, name, data),
      onLost: () => this.#lose(place),
    });
    try {
      await client.enter(tokens[place]!);
      this.#subscribed(await client.ask("subscribe", { event_id: eventId }));
      return client;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#refused[reason] = (this.#refused[reason] ?? 0) + 1;
      await client.close();
      return null;
    }
  }

  /** Who never was there is refused, not lost. */
  #lose(place: number): void {
    if (this.#clients[place] !== undefined) this.#lost += 1;
  }

  #subscribed(answer: Answer): void {
    if (!answer.ok) throw new Error(answer.code ?? "refused");
    this.#event ??= { seq: Number(answer.seq), available: Number(answer.available_seats) };
  }

  #note(place: number, name: string, { event_id, seq = 0, available_seats = 0 }: PushData): void {
    const atMs = monotonicMs();
    this.#heardMs = atMs;
    const isOfEvent = event_id === this.#order.eventId;
    if (name === "availability_update" && isOfEvent) this.#figures.push([place, seq, available_seats, atMs]);
    else if (name === "booking_confirmed" && isOfEvent) this.#own.push([place, seq, atMs]);
    else this.#others[name] = (this.#others[name] ?? 0) + 1;
  }
}

/** An address of a private network for each client. */
function addressOf(place: number): string {
  return `10.${(place >> 16) & 255}.${(place >> 8) & 255}.${place & 255}`;
}
