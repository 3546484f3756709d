import { setTimeout as sleep } from "node:timers/promises";
import { io, type Socket } from "socket.io-client";
import type { Listener as Who } from "../history/entry.ts";
import type { HistoryWriter } from "../history/history-writer.ts";
import { type Drops, type Json, pushOf } from "./pushes-heard.ts";

export interface ListenerOptions {
  readonly number: number;
  readonly user: string;
  readonly event: string;
  readonly token: string;
  readonly apis: () => readonly string[];
  readonly history: HistoryWriter;
  /** When it goes away of its own accord, and for how long. */
  readonly drops: Drops;
}

const ANSWER_MS_MAX = 2_000;
const RECONNECT_MS = 60;

/**
 * A person's socket that follows one event. Whenever its connection ends it makes another, to the next process, and asks for
 * what it missed behind the number of its last complete answer: pushes alone prove nothing, because they may come in any
 * order. All it hears is written down.
 *
 *   away ──connected, subscribed, caught up──▶ hearing ──connection lost, or dropped──▶ away
 */
export class Listener {
  readonly #with: ListenerOptions;
  #socket: Socket | null = null;
  #connection = 0;
  /** The ledger number up to which it has heard everything; null before it has heard of any. */
  #cursor: number | null = null;
  #isClosed = false;
  #isHearing = false;
  #timer: NodeJS.Timeout | null = null;

  constructor(options: ListenerOptions) {
    this.#with = options;
  }

  /** Resolves when it hears for the first time, or cannot. */
  async start(): Promise<void> {
    await this.#connect();
  }

  /** Asks for everything up to now, once all is decided. Where it does not get it within the time it writes that down. */
  async catchUp(msMax: number): Promise<void> {
    const deadline = performance.now() + msMax;
    this.#stopDropping();
    while (performance.now() < deadline && !this.#isClosed) {
      if (this.#isHearing && (await this.#ask(deadline))) return;
      await sleep(RECONNECT_MS);
    }
    this.#with.history.note({ what: "leftBehind", ...this.#who() });
  }

  close(): void {
    this.#isClosed = true;
    this.#stopDropping();
    this.#socket?.disconnect();
  }

  async #connect(): Promise<void> {
    const { apis, token, history, drops, number } = this.#with;
    const urls = apis();
    this.#connection += 1;
    const url = urls[(number + this.#connection) % Math.max(1, urls.length)];
    if (url === undefined) return this.#again();
    const socket = io(`${url}/notifications`, {
      auth: { token },
      transports: ["websocket"],
      reconnection: false,
      forceNew: true,
      timeout: ANSWER_MS_MAX,
    });
    this.#socket = socket;
    const who = this.#who();
    socket.onAny((name: string, data: Json) => {
      const push = pushOf(name, data, who.event);
      if (push !== null) history.note({ what: "push", ...who, ...push, isCaughtUp: false });
    });
    socket.once("disconnect", (why) => {
      history.note({ what: "disconnected", ...who, why });
      this.#again();
    });
    socket.once("connect_error", () => this.#again());
    socket.once("connect", () => {
      void this.#begin(socket).catch(() => socket.disconnect());
      const hearsForMs = drops.next();
      if (hearsForMs !== null) this.#timer = setTimeout(() => socket.disconnect(), hearsForMs);
    });
  }

  async #begin(socket: Socket): Promise<void> {
    const { event, history } = this.#with;
    const answer = await this.#emit(socket, "subscribe", { event_id: event });
    if (answer.ok !== true) throw new Error(`not subscribed: ${answer.code}`);
    if (this.#cursor === null) {
      this.#cursor = Number(answer.seq);
      history.note({ what: "listening", ...this.#who(), fromSeq: this.#cursor });
    } else if (!(await this.#ask(performance.now() + ANSWER_MS_MAX))) {
      throw new Error("did not catch up");
    }
    this.#isHearing = socket.connected;
  }

  /** Catches up until an answer is complete. */
  async #ask(deadline: number): Promise<boolean> {
    const { event, history } = this.#with;
    const socket = this.#socket;
    while (socket?.connected && performance.now() < deadline) {
      const afterSeq = this.#cursor ?? 0;
      const answer = await this.#emit(socket, "catch_up", { event_id: event, after_seq: afterSeq }).catch(
        () => null,
      );
      if (answer?.ok !== true) {
        await sleep(RECONNECT_MS);
        continue;
      }
      const who = this.#who();
      for (const { name, data } of answer.pushes) {
        const push = pushOf(name, data, event);
        if (push !== null) history.note({ what: "push", ...who, ...push, isCaughtUp: true });
      }
      this.#cursor = Number(answer.seq);
      const complete = answer.complete === true;
      history.note({ what: "caughtUp", ...who, afterSeq, seq: this.#cursor, complete });
      if (complete) return true;
    }
    return false;
  }

  #emit(socket: Socket, name: string, payload: object): Promise<Json> {
    return socket.timeout(ANSWER_MS_MAX).emitWithAck(name, payload);
  }

  #again(): void {
    this.#isHearing = false;
    if (this.#timer !== null) clearTimeout(this.#timer);
    if (this.#isClosed) return;
    this.#timer = setTimeout(() => void this.#connect(), RECONNECT_MS);
  }

  #stopDropping(): void {
    this.#with.drops.stop();
    if (this.#isHearing && this.#timer !== null) clearTimeout(this.#timer);
  }

  #who(): Who {
    const { number, user, event } = this.#with;
    return { listener: number, connection: this.#connection, user, event };
  }
}
