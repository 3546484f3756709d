import type { CancelBooking, Command } from "../domain/command.ts";
import { type BookingId, timeOf } from "../domain/ids.ts";
import type { LedgerEntry } from "../domain/ledger.ts";
import type { EventCreated, Outcome } from "../domain/outcome.ts";
import { seatingOf, seatPlace } from "../domain/seating.ts";
import type {
  Asking,
  Birth,
  Demand,
  FollowUp,
  OrganiserAct,
  Request,
  Script,
  Stage,
  Step,
} from "./demand.ts";
import { ShownPrices } from "./shown-prices.ts";
import { repeatable } from "./stage.ts";
import { Tally } from "./tally.ts";

/** More between a command's id and its decision is no waiting: the clocks of two machines disagree. */
const WAITED_MS_MAX = 3_600_000;

interface Dated {
  readonly at: number;
  readonly waitedMs: number;
  readonly order: number;
}

interface Born {
  ended: Script["ended"];
  readonly birth: Birth;
  readonly bornAt: number;
  readonly steps: Step[];
}

/**
 * Reads an event's ledger as the story of its buyers: what each asked for and when, what each did with what they got and
 * how long after, and what the organiser did meanwhile. What the clock and the engine decided by themselves is left out:
 * a rehearsal's own clock does it again.
 */
export class RecordedSale {
  /** What the record itself comes to. */
  readonly tally = new Tally();
  readonly #requests: Request[] = [];
  readonly #acts: OrganiserAct[] = [];
  readonly #born = new Map<BookingId, Born>();
  readonly #amounts = new Map<string, number>();
  /** The last request of a person, where it was refused. */
  readonly #refused = new Map<string, string>();
  #created: EventCreated | null = null;
  #createdAt = 0;
  #shown: ShownPrices | null = null;
  #seq = 0;
  #decidedAt = 0;
  #setAside = 0;
  readonly #due = new Map<BookingId, number>();

  /** The number of the last entry, and when it was decided. */
  get head(): { readonly seq: number; readonly decidedAt: number } {
    return { seq: this.#seq, decidedAt: this.#decidedAt };
  }

  /** Commands that were set aside as failed: they are not asked again. */
  get setAside(): number {
    return this.#setAside;
  }

  /** @throws Error before the first entry. */
  get stage(): Stage {
    if (this.#created === null) throw new Error("invariant: a ledger begins with its event");
    const { draft, saleStatus } = this.#created;
    return { draft, saleStatus, createdAt: this.#createdAt, acts: this.#acts };
  }

  get demand(): Demand {
    const scripts = new Map<string, Script>();
    for (const [bookingId, { bornAt: _, ...story }] of this.#born)
      scripts.set(bookingId, { ...story, isRecorded: true });
    return { requests: this.#requests, scripts };
  }

  take({ seq, command, decision, decidedAt }: LedgerEntry): void {
    this.#seq = seq;
    this.#decidedAt = decidedAt;
    const [head] = decision;
    if (head.type === "EventCreated") {
      this.#begin(head, decidedAt);
      return;
    }
    if ("reason" in head && head.reason === "CommandFailed") {
      this.#setAside += 1;
      return;
    }
    const waited = decidedAt - timeOf(command.id);
    const waitedMs = waited > 0 && waited <= WAITED_MS_MAX ? waited : 0;
    this.#read(command as Command, head, { at: decidedAt, waitedMs, order: seq });
    for (const outcome of decision) this.#note(outcome, decidedAt);
    this.tally.take(command, decision);
  }

  #begin(created: EventCreated, createdAt: number): void {
    this.#created = created;
    this.#createdAt = createdAt;
    const { draft } = created;
    const seating = draft.seating == null ? null : seatingOf(draft.seating);
    const tierOfSeat = (seat: number) => (seating === null ? 0 : seatPlace(seating, seat).tier);
    this.#shown = new ShownPrices(draft.tiers, tierOfSeat);
  }

  #read(command: Command, head: Outcome, dated: Dated): void {
    switch (command.type) {
      case "BookTickets":
      case "JoinWaitlist":
      case "LeaveWaitlist":
        this.#ask(command, head, dated);
        return;
      case "CancelBooking":
        if (head.type === "BookingWithdrawn") this.#ask(command, head, dated);
        // Those of a cancelled event are cancelled by its engine.
        else if (command.by !== "event") this.#follow(command, head, dated);
        return;
      case "ConfirmBooking":
      case "RecordPayment":
      case "TransferBooking":
      case "ExchangeTickets":
      case "CheckInTicket":
        this.#follow(command, head, dated);
        return;
      case "ChangeEvent":
      case "CancelEvent":
      case "PauseSale":
      case "ResumeSale":
      case "BlockSeats":
      case "ReleaseSeats":
      case "AddPromoCode":
      case "ProcessWaitlist":
        if (head.type !== "CommandRefused") this.#act(command, dated);
        return;
      // The clock does these, and refunds follow.
      case "ExpireHold":
        this.#end(command.bookingId, dated);
        return;
      case "OpenSale":
      case "CloseSale":
      case "CompleteEvent":
      case "ServeWaitlist":
      case "RecordRefund":
      // An operator's word about a command that nobody could read.
      case "SetAside":
        return;
      default:
        command satisfies never;
    }
  }

  #ask(command: Asking, head: Outcome, dated: Dated): void {
    const isBooking = command.type === "BookTickets";
    const shownMinor = isBooking ? (this.#shown?.of(command) ?? null) : null;
    const retryOf = isBooking ? (this.#refused.get(command.userId) ?? null) : null;
    const wasJoined = head.type === "WaitlistJoined";
    this.#requests.push({ ...dated, command, shownMinor, retryOf, wasJoined, willingMinor: null });
    if (!isBooking) return;
    if (head.type === "BookingRejected") this.#refused.set(command.userId, command.id);
    else this.#refused.delete(command.userId);
  }

  #act(command: OrganiserAct["command"], dated: Dated): void {
    this.#acts.push({ ...dated, command: command.type === "ChangeEvent" ? repeatable(command) : command });
  }

  #follow(command: FollowUp, head: Outcome, { at, waitedMs, order }: Dated): void {
    const born = this.#born.get(command.bookingId);
    if (born === undefined || isSomebodyElses(command, head)) return;
    const isInFull =
      command.type === "RecordPayment" &&
      command.result.type === "captured" &&
      command.result.amountMinor === this.#amounts.get(command.paymentId);
    born.steps.push({ afterMs: at - born.bornAt, waitedMs, order, command, isInFull });
  }

  #end(bookingId: BookingId, { at, order }: Dated): void {
    const born = this.#born.get(bookingId);
    const due = this.#due.get(bookingId);
    if (born !== undefined && due !== undefined) born.ended = { lateMs: Math.max(0, at - due), order };
  }

  #note(outcome: Outcome, bornAt: number): void {
    const born = (birth: Birth, id: BookingId) =>
      this.#born.set(id, { birth, bornAt, ended: null, steps: [] });
    if ("expiresAt" in outcome && outcome.expiresAt !== null)
      this.#due.set(outcome.bookingId, outcome.expiresAt);
    if (outcome.type === "BookingHeld") born("held", outcome.bookingId);
    else if (outcome.type === "OfferMade") born("offered", outcome.bookingId);
    else if (outcome.type === "BookingConfirmed" && !outcome.wasHeld) born("confirmed", outcome.bookingId);
    else if (outcome.type === "PaymentRequested") this.#amounts.set(outcome.paymentId, outcome.amountMinor);
    else if (outcome.type === "EventChanged") this.#shown?.change(outcome.changes);
  }
}

function isSomebodyElses(command: FollowUp | CancelBooking, head: Outcome): boolean {
  return (
    command.type !== "RecordPayment" && head.type === "CommandRefused" && head.reason === "BookingNotFound"
  );
}
