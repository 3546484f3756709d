import { setTimeout as sleep } from "node:timers/promises";
import { Deeds, type DeedsOptions } from "./deeds.ts";
import type { Intent, Intents } from "./intents.ts";
import type { Known, KnownBooking } from "./known.ts";

export interface BuyerOptions extends Omit<DeedsOptions, "goesOn"> {
  readonly intents: Intents;
  readonly known: Known;
  /** Whether payments come to an end in this run. */
  readonly canPay: boolean;
}

/**
 * One client: does what its intents say, one request at a time. It may act for anybody and on any booking that is
 * known, so that two clients meet over one booking, one person's limit, one place in line.
 */
export class Buyer {
  readonly #with: BuyerOptions;
  readonly #deeds: Deeds;
  #isLeaving = false;

  constructor(options: BuyerOptions) {
    this.#with = options;
    this.#deeds = new Deeds({ ...options, goesOn: () => !this.#isLeaving });
  }

  /** Works until it is told to leave. */
  async work(): Promise<void> {
    while (!this.#isLeaving) {
      const intent = this.#with.intents.next();
      await sleep(intent.thinkMs);
      if (!this.#isLeaving) await this.#act(intent);
    }
  }

  /** Takes nothing new, and tries nothing again. */
  leave(): void {
    this.#isLeaving = true;
  }

  async #act(intent: Intent): Promise<void> {
    const deeds = this.#deeds;
    switch (intent.kind) {
      case "book":
        return await deeds.book(intent);
      case "read":
        return await deeds.read(intent);
      case "capacity":
        return await deeds.changeCapacity(intent);
      case "joinWaitlist":
        return await deeds.joinLine(intent);
      case "leaveWaitlist":
        return await deeds.leaveLine(intent);
      case "look":
        return await this.#on(
          intent,
          () => true,
          (booking) => deeds.look(booking),
        );
      case "cancel":
        return await this.#on(intent, isLive, (booking) => deeds.cancel(intent, booking));
      case "transfer":
        return await this.#on(intent, isConfirmed, (booking) => deeds.transfer(intent, booking));
      case "confirm":
        return await this.#on(
          intent,
          (one) => this.#canConfirm(one),
          (booking) => deeds.confirm(intent, booking),
        );
      case "checkout":
        return await this.#on(intent, isPayable, (booking) => deeds.checkout(intent, booking));
      case "callback":
        return await this.#on(intent, isPaidFor, (booking) => deeds.report(intent, booking));
      default:
        intent.kind satisfies never;
    }
  }

  /** Whoever finds no booking to act on makes one. */
  async #on(
    intent: Intent,
    isSo: (booking: KnownBooking) => boolean,
    act: (booking: KnownBooking) => Promise<void>,
  ): Promise<void> {
    const booking = this.#with.known.pick(intent.target, isSo);
    await (booking === null ? this.#deeds.book(intent) : act(booking));
  }

  #canConfirm({ state, event }: KnownBooking): boolean {
    return state === "pending" && (this.#with.canPay || !event.facts.requiresPayment);
  }
}

const isLive = ({ state }: KnownBooking) => ["confirmed", "pending", "queued"].includes(state);
const isConfirmed = ({ state }: KnownBooking) => state === "confirmed";
const isPaidFor = ({ state, event }: KnownBooking) =>
  event.facts.requiresPayment && (state === "pending" || state === "confirmed");
const isPayable = (booking: KnownBooking) => booking.state === "pending" && isPaidFor(booking);
