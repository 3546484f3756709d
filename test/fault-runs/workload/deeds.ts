import { setTimeout as sleep } from "node:timers/promises";
import type { Ending } from "../history/history-writer.ts";
import type { Op } from "../history/op.ts";
import type { EventOnSale, Hall } from "./hall.ts";
import type { Intent } from "./intents.ts";
import type { Known, KnownBooking } from "./known.ts";
import type { Open } from "./open.ts";
import { hasKey, isEnd, type Requester } from "./requester.ts";
import { bookingOf, callbackOf, capacityOf, tokenOf } from "./wishes.ts";

export interface DeedsOptions {
  readonly number: number;
  readonly requester: Requester;
  readonly hall: Hall;
  readonly people: readonly string[];
  readonly known: Known;
  /** Takes what has no end when the client leaves. */
  readonly open: Open;
  /** Stands before every key, so that no two runs on one database share any. */
  readonly keyPrefix: string;
  /** Whether a client that has no answer tries again. */
  readonly goesOn: () => boolean;
}

/** Of a hundred buyers on the provider's page so many never come back from it, and those behind them decline. */
const LOST_PERCENT = 20;
const PAYING_PERCENT = 80;
const PAGE_MS_FACTOR = 10;
/** Of a hundred cancellations that can be about a part, so many are. */
const PART_PERCENT = 40;

/** What one client does of an intent: one or a few requests, one after the other. */
export class Deeds {
  readonly #with: DeedsOptions;
  #keys = 0;

  constructor(options: DeedsOptions) {
    this.#with = options;
  }

  async book(intent: Intent): Promise<void> {
    await this.#book(intent, this.#event(intent));
  }

  async #book(intent: Intent, event: EventOnSale): Promise<void> {
    const { known, requester, open, number, goesOn } = this.#with;
    const user = this.#person(intent.person);
    const { type, body } = await this.#ask(
      intent,
      bookingOf(intent, event, { user, key: this.#key(intent) }),
    );
    const booking = type === "ok" ? known.learn(event, user, body) : null;
    if (booking?.state === "queued") await open.follow(number, booking, requester, goesOn);
  }

  async look(booking: KnownBooking): Promise<void> {
    const { body } = await this.#send({ type: "look", ...of(booking) });
    this.#with.known.learn(booking.event, booking.user, body);
  }

  async cancel(intent: Intent, booking: KnownBooking): Promise<void> {
    const isPart = intent.isKeyed && booking.quantity > 1 && intent.form < PART_PERCENT;
    const quantity = isPart ? 1 : null;
    await this.#tell(intent, booking, { type: "cancel", ...of(booking), key: this.#key(intent), quantity });
  }

  async transfer(intent: Intent, booking: KnownBooking): Promise<void> {
    const to = this.#person(intent.other);
    const { type } = await this.#ask(intent, {
      type: "transfer",
      ...of(booking),
      key: this.#key(intent),
      to,
    });
    if (type === "ok") booking.user = to;
  }

  async confirm(intent: Intent, booking: KnownBooking): Promise<void> {
    const token = booking.event.facts.requiresPayment ? tokenOf(intent) : null;
    await this.#tell(intent, booking, { type: "confirm", ...of(booking), key: this.#key(intent), token });
  }

  async checkout(intent: Intent, booking: KnownBooking): Promise<void> {
    const { type, body } = await this.#ask(intent, {
      type: "checkout",
      ...of(booking),
      key: this.#key(intent),
    });
    if (type !== "ok" || body.payment === undefined) return;
    booking.payment = body.payment;
    booking.amount = body.totalAmount ?? booking.amount;
    if (intent.form < LOST_PERCENT) return;
    const outcome = intent.form < PAYING_PERCENT ? "success" : "decline";
    await sleep(intent.detail * PAGE_MS_FACTOR);
    await this.#send({ type: "page", ...of(booking), payment: body.payment, outcome });
  }

  async report(intent: Intent, booking: KnownBooking): Promise<void> {
    const { type, body } = await this.#send({ type: "lookPayment", ...of(booking) });
    if (type === "ok") {
      booking.payment = body.payment ?? booking.payment;
      booking.paymentState = body.state ?? null;
      booking.amount = body.totalAmount ?? booking.amount;
    }
    const op = callbackOf(intent, booking);
    if (op !== null) await this.#send(op);
  }

  async joinLine(intent: Intent): Promise<void> {
    const event = this.#eventWithLine(intent);
    const place = { event: event.id, user: this.#person(intent.person) };
    const { quantity } = intent;
    const op = { type: "joinWaitlist", ...place, key: this.#key(intent), quantity } as const;
    const { code } = await this.#ask(intent, op);
    // Whoever need not wait buys: so it sells out, and the next one has to.
    if (code === "WAITLIST_NOT_NEEDED") return await this.#book(intent, event);
    const { type, body } = await this.#send({ type: "lookWaitlist", ...place });
    // An offer is a pending booking: from now on anybody may confirm or cancel it.
    if (type === "ok" && body.state === "offered") {
      this.#with.known.learn(event, place.user, { ...body, state: "pending" });
    }
  }

  async leaveLine(intent: Intent): Promise<void> {
    const place = { event: this.#eventWithLine(intent).id, user: this.#person(intent.person) };
    await this.#ask(intent, { type: "leaveWaitlist", ...place, key: this.#key(intent) });
  }

  async changeCapacity(intent: Intent): Promise<void> {
    const { id: event, facts } = this.#with.hall.scarce;
    const [capacity, isMeant] = capacityOf(intent, facts);
    const tier = facts.tiers[0] ?? "";
    await this.#ask(intent, { type: "capacity", event, key: this.#key(intent), tier, capacity, isMeant });
  }

  async read(intent: Intent): Promise<void> {
    await this.#send({ type: "read", event: this.#event(intent).id });
  }

  #event({ event }: Intent): EventOnSale {
    return this.#with.hall[event];
  }

  /** Where there is always something to be had, nobody waits. */
  #eventWithLine({ event }: Intent): EventOnSale {
    const { hall } = this.#with;
    return event === "plain" || event === "limited" ? hall.scarce : hall[event];
  }

  #person(at: number): string {
    const { people } = this.#with;
    return people[at % people.length] as string;
  }

  #key({ isKeyed }: Intent): string | null {
    if (!isKeyed) return null;
    this.#keys += 1;
    return `${this.#with.keyPrefix}-${this.#with.number}-${this.#keys}`;
  }

  async #tell(intent: Intent, booking: KnownBooking, op: Op): Promise<void> {
    const { body } = await this.#ask(intent, op);
    this.#with.known.learn(booking.event, booking.user, body);
  }

  #send(op: Op): Promise<Ending> {
    return this.#with.requester.send(this.#with.number, op);
  }

  /** Sends what is known to be answered with a key once more now and then; the first answer is the one that counts. */
  async #ask({ isRepeated }: Intent, op: Op): Promise<Ending> {
    const ending = await this.#pursue(op);
    if (isRepeated && hasKey(op) && isEnd(op, ending) && this.#with.goesOn()) await this.#pursue(op);
    return ending;
  }

  async #pursue(op: Op): Promise<Ending> {
    const { requester, number, open, goesOn } = this.#with;
    const ending = await requester.pursue(number, op, goesOn);
    open.take(number, op, ending);
    return ending;
  }
}

/** A booking as its owner names it. */
function of({ id, event, user }: KnownBooking) {
  return { event: event.id, user, booking: id };
}
