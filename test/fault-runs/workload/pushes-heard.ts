import type { SeededDice } from "../../../bench/lib/random.ts";
import type { PushFacts } from "../history/entry.ts";

// biome-ignore lint/suspicious/noExplicitAny: pushes and answers are read field by field, as any client would
export type Json = any;

type Heard = Omit<PushFacts, "isCaughtUp"> & { readonly name: string; readonly seq: number };

/** What a push says that a checker needs; null where it is about another event, or about none. */
export function pushOf(name: string, data: Json, event: string): Heard | null {
  if (data?.event_id !== event || typeof data.seq !== "number") return null;
  return {
    name,
    seq: data.seq,
    fromSeq: typeof data.from_seq === "number" ? data.from_seq : null,
    booking: typeof data.booking_id === "string" ? data.booking_id : null,
    state: typeof data.status === "string" ? data.status : null,
  };
}

const HEARS_MS_MIN = 200;
const HEARS_MS_MAX = 1_500;
const STAYS_PERCENT = 40;

/** After how long a socket goes away by itself, connection by connection. */
export class Drops {
  readonly #dice: SeededDice;
  #isOver = false;

  constructor(dice: SeededDice) {
    this.#dice = dice;
  }

  /** Milliseconds until it drops its next connection; null: it keeps it. */
  next(): number | null {
    const stays = this.#dice.between(0, 99) < STAYS_PERCENT;
    const hearsForMs = this.#dice.between(HEARS_MS_MIN, HEARS_MS_MAX);
    return stays || this.#isOver ? null : hearsForMs;
  }

  /** It keeps all further ones. */
  stop(): void {
    this.#isOver = true;
  }
}
