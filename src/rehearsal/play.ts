import { type Command, laneOf } from "../domain/command.ts";
import { refuseBeforeQueueing } from "../domain/decide/book-tickets.ts";
import type { BookingId, PaymentId } from "../domain/ids.ts";
import type { Decision } from "../domain/outcome.ts";
import { bookingInstead, isWilling, shownNow } from "./buyer.ts";
import type { Request } from "./demand.ts";
import { Expiries } from "./expiries.ts";
import { Line } from "./line.ts";
import { Performance } from "./performance.ts";
import type { Conflict, PlayInput, PriceChange } from "./play-input.ts";
import { Stories } from "./stories.ts";
import { cameTo } from "./tally.ts";

/** Something on its way to its decision. */
interface Asked {
  readonly askedAt: number;
  readonly command: Command;
  /** A buyer's. */
  readonly request: Request | null;
  readonly isAct: boolean;
}

/** Somebody or something that comes. */
interface Arrival {
  readonly at: number;
  readonly order: number;
}

const PROGRESS_EVERY = 2_000;
const CONFLICTS_MAX = 50;
const PRICE_CHANGES_MAX = 1_000;
const NEVER = Number.POSITIVE_INFINITY;

/**
 * Plays a sale on a clock of its own: who comes and what they do with what they get is the demand's, what they get is
 * decided by the copy of the event, and holds, offers, opening and closing are the clock's. Equal inputs play equally.
 */
export class Play {
  readonly performance: Performance;
  readonly conflicts: Conflict[] = [];
  readonly priceChanges: PriceChange[] = [];
  /** Buyers who saw the price and went away. */
  readonly pricedOut = { requests: 0, tickets: 0 };
  readonly #input: PlayInput;
  readonly #stories: Stories;
  readonly #expiries: Expiries;
  readonly #line: Line<Asked> | null;
  /** Requests that were refused: who asked again asks again only then. */
  readonly #refused = new Set<string>();
  #now: number;
  #lookAt = NEVER;
  #requestsDone = 0;
  #actsDone = 0;

  constructor(input: PlayInput) {
    const { world, startsAt, decidedPerSecond } = input;
    this.#input = input;
    this.#now = startsAt;
    this.#line = decidedPerSecond === null ? null : new Line(decidedPerSecond);
    this.#stories = new Stories(input);
    this.performance = new Performance(world, {
      born: (bookingId, birth, at) => this.#stories.begin(bookingId, birth, at),
      heldUntil: (bookingId, at) => this.#expiries.add(bookingId, at, this.#stories.endOf(bookingId)),
      cancelRequested: (bookingId: BookingId, paymentId: PaymentId, at) =>
        this.#stories.cancelRequested(bookingId, paymentId, at),
      priceChanged: (change) => {
        if (this.priceChanges.length < PRICE_CHANGES_MAX) this.priceChanges.push(change);
      },
    });
    this.#expiries = new Expiries(this.performance);
  }

  /** The moment it has come to, as Unix milliseconds. */
  get now(): number {
    return this.#now;
  }

  /** Plays to the end. @throws Error where the domain finds that something cannot be. */
  run(): void {
    const { rule, world, startsAt } = this.#input;
    this.performance.open(startsAt);
    this.#lookAt = startsAt + (rule.lookEveryMs(world.state) ?? NEVER);
    while (this.#step());
    this.#input.progress(this.#requestsDone);
  }

  #step(): boolean {
    const arrival = this.#nextArrival();
    const held = this.#expiries.next;
    const { state } = this.performance.world;
    const servedAt = this.#line?.nextAt(!state.isPaused && !state.isLineUnserved) ?? NEVER;
    const arrivesAt = arrival?.at ?? NEVER;
    const heldAt = held?.at ?? NEVER;
    const isOver = arrivesAt === NEVER && servedAt === NEVER && heldAt === NEVER && !state.isLineUnserved;
    // Of one moment the clock goes first, but not before what the record has before it.
    const isBehind = heldAt === arrivesAt && (held?.order ?? 0) > (arrival?.order ?? 0);
    const clockAt = Math.min(this.performance.nextTimerAt() ?? NEVER, this.#lookAt);
    const timerAt = isBehind ? clockAt : Math.min(heldAt, clockAt);
    const at = Math.max(this.#now, Math.min(arrivesAt, servedAt, timerAt));
    if (isOver || at > (this.#input.until ?? NEVER)) return false;
    this.#now = at;
    if (timerAt <= at) this.#ring(heldAt, timerAt);
    else if (arrivesAt <= servedAt) this.#arrive(arrival);
    else this.#serve();
    return true;
  }

  /** Whoever comes next: of one moment, whoever came first in the record. */
  #nextArrival(): Arrival | undefined {
    const request = this.#input.demand.requests[this.#requestsDone];
    const act = this.#input.acts[this.#actsDone];
    const story = this.#stories.next;
    let first: Arrival | undefined = request;
    if (act !== undefined && isBefore(act, first)) first = act;
    return story !== undefined && isBefore(story, first) ? story : first;
  }

  /** Where several are due, the sale itself goes first, then holds, as in a turn of the engine. */
  #ring(heldAt: number, timerAt: number): void {
    const { performance } = this;
    if ((performance.nextTimerAt() ?? NEVER) <= timerAt) performance.ringTimers(this.#now);
    else if (heldAt <= timerAt) this.#expiries.ring(this.#now);
    else this.#look();
  }

  #look(): void {
    const { rule } = this.#input;
    const { world, sales } = this.performance;
    this.#lookAt = this.#now + (rule.lookEveryMs(world.state) ?? NEVER);
    for (const move of rule.look({ now: this.#now, state: world.state, sales })) {
      const id = this.performance.newId();
      this.performance.decide(
        { type: "ChangeEvent", id, changes: { tiers: [{ name: move.tier, priceMinor: move.priceMinor }] } },
        this.#now,
      );
    }
  }

  #arrive(arrival: Arrival | undefined): void {
    const { demand, acts } = this.#input;
    const request = demand.requests[this.#requestsDone];
    const act = acts[this.#actsDone];
    if (request !== undefined && arrival === request) {
      this.#requestsDone += 1;
      if (this.#requestsDone % PROGRESS_EVERY === 0) this.#input.progress(this.#requestsDone);
      this.#ask(request);
    } else if (act !== undefined && arrival === act) {
      this.#actsDone += 1;
      this.#submit({ askedAt: act.at - act.waitedMs, command: act.command, request: null, isAct: true });
    } else this.#continue();
  }

  #continue(): void {
    const next = this.#stories.take(this.performance.world);
    if (next === null) return;
    this.#submit({ ...next, request: null, isAct: false });
  }

  #ask(request: Request): void {
    const { world } = this.performance;
    if (request.retryOf !== null && !this.#refused.has(request.retryOf)) return;
    const askedAt = this.#line === null ? request.at - request.waitedMs : request.at;
    const { command } = request;
    if (command.type !== "BookTickets") {
      this.#submit({ askedAt, command, request, isAct: false });
      return;
    }
    if (!isWilling(world.state, request, command)) {
      this.pricedOut.requests += 1;
      this.pricedOut.tickets += command.quantity;
      return;
    }
    const wish = this.#input.keepsShown ? command : shownNow(world.state, command);
    const refusal = this.#line?.waiting("urgent") === 0 ? refuseBeforeQueueing(world.state, wish) : null;
    if (refusal === null) {
      this.#submit({ askedAt, command: wish, request, isAct: false });
      return;
    }
    this.performance.tally.request(refusal.reason, wish.quantity);
    this.performance.note(refusal.reason, this.#now, this.#now);
    this.#refused.add(command.id);
  }

  #submit(asked: Asked): void {
    if (this.#line === null) this.#decide(asked);
    else this.#line.put(laneOf(asked.command), { ...asked, askedAt: this.#now });
  }

  #serve(): void {
    if (this.#line !== null) this.#decide(this.#line.take(this.#now));
  }

  #decide({ askedAt, command, request, isAct }: Asked): void {
    const { trace } = this.performance;
    trace.lineIn.push(askedAt);
    trace.lineOut.push(this.#now);
    const decision = this.performance.decide(command, this.#now);
    const [head] = decision;
    if (command.type === "BookTickets") this.#answered(command.id, decision, askedAt);
    if (head.type !== "CommandRefused") return;
    if (isAct) this.#conflict(command.type, head.reason);
    const instead =
      head.reason === "WaitlistNotNeeded" && request?.wasJoined ? bookingInstead(request) : null;
    if (instead !== null) this.#decide({ askedAt: this.#now, command: instead, request: null, isAct: false });
  }

  #answered(id: string, decision: Decision, askedAt: number): void {
    if (decision[0].type === "BookingRejected") this.#refused.add(id);
    this.performance.note(cameTo(decision), askedAt, this.#now);
  }

  #conflict(command: string, reason: string): void {
    if (this.conflicts.length < CONFLICTS_MAX) this.conflicts.push({ at: this.#now, command, reason });
  }
}

function isBefore(one: Arrival, other: Arrival | undefined): boolean {
  return other === undefined || one.at < other.at || (one.at === other.at && one.order < other.order);
}
