import { randomFillSync } from "node:crypto";
import { type BookingId, bookingIdOf, type CommandId, uuidFrom } from "../domain/ids.ts";

const COUNTER_MAX = 4_095;
const DICE_WORDS = 1_024;

/** Ids that rise within this process, also within a millisecond and when the clock steps back. */
export class IdSource {
  readonly #dice = new Uint32Array(DICE_WORDS);
  #at = DICE_WORDS;
  #lastMs = 0;
  #counter = 0;

  /** A UUIDv7 for anything but a booking. */
  newId(): string {
    return uuidFrom({ ...this.#tick(), word: this.#roll(), dice: this.#roll() });
  }

  commandId(): CommandId {
    return this.newId() as CommandId;
  }

  bookingId(eventNumber: number): BookingId {
    return bookingIdOf({ ...this.#tick(), eventNumber, dice: this.#roll() });
  }

  #tick(): { nowMs: number; counter: number } {
    const nowMs = Math.max(Date.now(), this.#lastMs);
    this.#counter = nowMs === this.#lastMs ? this.#counter + 1 : 0;
    // More than 4,096 ids in a millisecond: borrow from the next one, as RFC 9562 §6.2 allows.
    this.#lastMs = this.#counter > COUNTER_MAX ? nowMs + 1 : nowMs;
    if (this.#counter > COUNTER_MAX) this.#counter = 0;
    return { nowMs: this.#lastMs, counter: this.#counter };
  }

  #roll(): number {
    if (this.#at >= DICE_WORDS) {
      randomFillSync(this.#dice);
      this.#at = 0;
    }
    const word = this.#dice[this.#at] ?? 0;
    this.#at += 1;
    return word;
  }
}
