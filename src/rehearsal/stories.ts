import type { BookingId, PaymentId } from "../domain/ids.ts";
import type { World } from "../domain/state.ts";
import { Agenda } from "./agenda.ts";
import { copyOf } from "./copies.ts";
import type { Birth, FollowUp, Script, Step } from "./demand.ts";
import { Dice } from "./dice.ts";
import { type FollowUpDue, followUpOf } from "./follow-up.ts";
import type { PlayInput } from "./play-input.ts";

interface Due {
  readonly at: number;
  readonly order: number;
  readonly askedAt: number;
  readonly followUp: FollowUpDue;
}

/** Behind what has a number of the ledger. */
const LAST = 2 ** 52;
/** A provider that is asked to end a payment answers after that. */
const PROVIDER_MS = 1_000;
const DONOR_STREAM = 7;

/** How each booking goes on: as it did in the record, as was stated, or as somebody else's did. */
export class Stories {
  readonly #input: PlayInput;
  readonly #dice: Dice;
  readonly #agenda = new Agenda<Due>();
  /** Reports of a payment that are still to come. */
  readonly #reports = new Map<string, number>();
  #added = 0;

  constructor(input: PlayInput) {
    this.#input = input;
    this.#dice = new Dice(input.seed, DONOR_STREAM);
  }

  get next(): Pick<Due, "at" | "order"> | undefined {
    return this.#agenda.next;
  }

  /** A booking came to be. */
  begin(bookingId: BookingId, birth: Birth, at: number): void {
    const { demand, donors } = this.#input;
    const { origin, tag } = copyOf(bookingId);
    const own = demand.scripts.get(origin);
    const isRecorded = own?.isRecorded === true;
    const isOriginal = isRecorded && tag === "";
    const idOf = (id: string) => (isRecorded ? id + tag : `${bookingId}~${id}`);
    const steps = own === undefined ? donors.pick(birth, this.#dice) : own.steps;
    for (const step of steps) this.#add({ bookingId, step, isOriginal, idOf }, at);
  }

  /** How late the clock ended a hold in the record; null where it did not, or where decisions have a pace of their own. */
  endOf(bookingId: BookingId): Script["ended"] {
    if (this.#input.decidedPerSecond !== null) return null;
    return this.#input.demand.scripts.get(bookingId)?.ended ?? null;
  }

  /** A provider was asked to end a payment: it says that it did, unless something else is to be heard of it. */
  cancelRequested(bookingId: BookingId, paymentId: PaymentId, at: number): void {
    // In the record it was asked, too, and had not answered in the end.
    if ((this.#reports.get(paymentId) ?? 0) > 0 || this.endOf(bookingId) !== null) return;
    const command: FollowUp = {
      type: "RecordPayment",
      id: `${paymentId}~ended` as BookingId,
      paymentId,
      bookingId,
      result: { type: "cancelled" },
    };
    const step: Step = { afterMs: PROVIDER_MS, waitedMs: 0, order: 0, command, isInFull: false };
    this.#add({ bookingId, step, isOriginal: false, idOf: (id) => id }, at);
  }

  /** Takes the next step; null where there is nothing any more to do it with. */
  take(world: World): { readonly askedAt: number; readonly command: FollowUp } | null {
    const due = this.#agenda.take();
    if (due === undefined) return null;
    const { followUp, askedAt } = due;
    this.#countReport(followUp, -1);
    const command = followUpOf(world, followUp);
    return command === null ? null : { askedAt, command };
  }

  #add(followUp: FollowUpDue, bornAt: number): void {
    const { step, isOriginal } = followUp;
    const decidedAt = bornAt + step.afterMs;
    // With a line of its own a step is asked for when it was asked for, and waits again.
    const at =
      this.#input.decidedPerSecond === null ? decidedAt : Math.max(bornAt, decidedAt - step.waitedMs);
    this.#added += 1;
    this.#agenda.add({
      at,
      order: isOriginal ? step.order : LAST + this.#added,
      askedAt: decidedAt - step.waitedMs,
      followUp,
    });
    this.#countReport(followUp, 1);
  }

  #countReport({ step: { command }, idOf }: FollowUpDue, change: 1 | -1): void {
    if (command.type !== "RecordPayment") return;
    const id = idOf(command.paymentId);
    const count = (this.#reports.get(id) ?? 0) + change;
    if (count === 0) this.#reports.delete(id);
    else this.#reports.set(id, count);
  }
}
