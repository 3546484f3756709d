import type { Socket } from "node:net";

export interface PumpState {
  readonly delayMs: number;
  readonly isCut: boolean;
}

/** A piece of what one side said, or how it ended. */
interface Piece {
  readonly due: number;
  readonly deliver: () => void;
}

/** More than this is not read from a side whose words are kept: as with a real network, it has to wait then. */
const KEPT_BYTES_MAX = 4_194_304;

/** One direction of a connection: passes on, in order, late or not before it is healed. */
export class Pump {
  readonly #source: Socket;
  readonly #sink: Socket;
  readonly #onStruck: () => void;
  readonly #kept: Piece[] = [];
  #keptBytes = 0;
  #state: PumpState = { delayMs: 0, isCut: false };
  #timer: NodeJS.Timeout | null = null;

  constructor(source: Socket, sink: Socket, onStruck: () => void) {
    this.#source = source;
    this.#sink = sink;
    this.#onStruck = onStruck;
    source.on("data", (chunk) => this.#take(chunk));
    source.once("end", () => this.#keep(0, () => sink.end()));
    // After an error there is a close, and what was kept goes first.
    source.on("error", () => undefined);
    source.once("close", (hadError) => {
      this.#keep(0, () => (hadError ? sink.resetAndDestroy() : sink.end()));
    });
    sink.on("drain", () => this.#resume());
    sink.once("close", () => source.resume());
  }

  set(state: PumpState): void {
    this.#state = state;
    this.#flush();
  }

  #take(chunk: Buffer): void {
    this.#keptBytes += chunk.length;
    this.#keep(chunk.length, () => {
      this.#keptBytes -= chunk.length;
      if (!this.#sink.destroyed && this.#sink.writable) this.#sink.write(chunk);
      this.#resume();
    });
    if (this.#keptBytes > KEPT_BYTES_MAX || this.#sink.writableNeedDrain) this.#source.pause();
  }

  #keep(bytes: number, deliver: () => void): void {
    const { delayMs, isCut } = this.#state;
    if (bytes > 0 && (isCut || delayMs > 0)) this.#onStruck();
    this.#kept.push({ due: performance.now() + delayMs, deliver });
    this.#flush();
  }

  #flush(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    for (let [next] = this.#kept; next !== undefined && !this.#state.isCut; next = this.#kept[0]) {
      const waitMs = this.#state.delayMs === 0 ? 0 : next.due - performance.now();
      if (waitMs > 0) {
        this.#timer = setTimeout(() => this.#flush(), waitMs);
        return;
      }
      this.#kept.shift();
      next.deliver();
    }
  }

  #resume(): void {
    if (this.#keptBytes <= KEPT_BYTES_MAX && !this.#sink.writableNeedDrain) this.#source.resume();
  }
}
