import type { SeededDice } from "../../../bench/lib/random.ts";
import { byWeight, diceFor } from "./dice.ts";
import type { EventName, IntentKind, Mix } from "./mix.ts";

/**
 * What one client sets out to do. Everything that is left to chance is in it, whether it will be needed or not, so that
 * a client's intents are the same for the same seed whatever the product answers.
 */
export interface Intent {
  readonly kind: IntentKind;
  readonly event: EventName;
  /** Who does it, where that is free; taken modulo the number of people. */
  readonly person: number;
  /** Whom it is done to. */
  readonly other: number;
  /** Which of the bookings, payments or places that are known; taken modulo their number. */
  readonly target: number;
  readonly quantity: number;
  readonly isKeyed: boolean;
  readonly isAsync: boolean;
  /** Whether a request with a key is sent once more when it was answered, as by a client that lost the answer. */
  readonly isRepeated: boolean;
  /** From 0 to 99: which form of it. */
  readonly form: number;
  /** From 0 to 99: once more. */
  readonly detail: number;
  /** The client rests so long before it. */
  readonly thinkMs: number;
}

const QUANTITY_MAX = 4;
/** Of a hundred requests so many are repeated: of the few hundred of a short run, some. */
const REPEATED_PERCENT = 5;
const LARGE = 0x7fff_ffff;

/** The endless list of a client's intents. */
export class Intents {
  readonly #mix: Mix;
  readonly #dice: SeededDice;
  readonly #repeats: SeededDice;
  readonly #thinkMsMax: number;

  constructor(options: {
    readonly seed: number;
    readonly client: number;
    readonly mix: Mix;
    readonly thinkMsMax: number;
  }) {
    this.#mix = options.mix;
    this.#dice = diceFor(options.seed, `client ${options.client}`);
    this.#repeats = diceFor(options.seed, `repeats of client ${options.client}`);
    this.#thinkMsMax = options.thinkMsMax;
  }

  next(): Intent {
    const dice = this.#dice;
    return {
      kind: byWeight(dice, this.#mix.kinds),
      event: byWeight(dice, this.#mix.events),
      person: dice.between(0, LARGE),
      other: dice.between(0, LARGE),
      target: dice.between(0, LARGE),
      quantity: dice.between(1, QUANTITY_MAX),
      isKeyed: dice.between(0, 99) < this.#mix.keyedPercent,
      isAsync: dice.between(0, 99) < this.#mix.asyncPercent,
      isRepeated: this.#repeats.between(0, 99) < REPEATED_PERCENT,
      form: dice.between(0, 99),
      detail: dice.between(0, 99),
      thinkMs: dice.between(0, this.#thinkMsMax),
    };
  }
}
