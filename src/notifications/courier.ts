import { setTimeout as sleep } from "node:timers/promises";
import { BriefMap } from "../ops/brief-map.ts";
import { Renewal } from "../ops/renewal.ts";
import type { Rush } from "../ops/rush.ts";
import { WorkLoop } from "../ops/work-loop.ts";
import { WorkRest } from "../ops/work-rest.ts";
import { attempt } from "./attempt.ts";
import type { Channel, ChannelName, DeliveryResult } from "./channel.ts";
import { type ClaimedDelivery, type RetryLimits, type Verdict, verdictOf } from "./delivery.ts";
import { Recorder, type RecorderPorts } from "./recorder.ts";

export interface CourierPorts extends RecorderPorts {
  /** Claims deliveries of a channel that are due, for `leaseMs`. */
  readonly claim: (channel: ChannelName, max: number, leaseMs: number) => Promise<ClaimedDelivery[]>;
  readonly renew: (deliveries: readonly ClaimedDelivery[], leaseMs: number) => Promise<void>;
  /** Gives back what was claimed and not begun. */
  readonly release: (deliveries: readonly ClaimedDelivery[]) => Promise<void>;
  readonly observe: (verdict: Verdict) => void;
  readonly rush: Pick<Rush, "isOn">;
  /** Does an attempt as a part of what its notification tells of. */
  readonly tracing?: {
    around(
      work: {
        readonly name: string;
        readonly carriers: readonly string[];
        readonly describe: (result: DeliveryResult) => { readonly error: string | null };
      },
      run: () => Promise<DeliveryResult>,
    ): Promise<DeliveryResult>;
  };
}

export interface CourierLimits {
  /** Deliveries under way at once. */
  readonly underWayMax: number;
  /** Deliveries claimed at once, those under way included. */
  readonly heldMax: number;
  readonly retry: RetryLimits;
}

/** What is claimed for long is claimed anew all the time, so that the work of a killed process is soon taken over. */
export const LEASE_MS = 10_000;
const RENEW_MS = 2_500;
const IDLE_MS = 1_000;
/** At least this long between two claims: what comes meanwhile is claimed together, and a sale that goes on is not slowed. */
const REST_MS = 100;
/** And so many times as long as claiming and recording took. */
const REST_PER_WORK = 2;
const REST_MS_MAX = 5_000;
const FAULT_PAUSE_MS = 1_000;
/** Between two looks at whether all is written down. */
const CLOSING_LOOK_MS = 20;

interface Held {
  readonly delivery: ClaimedDelivery;
  /** On the monotonic clock. */
  readonly sinceMs: number;
}

/** Carries what is due on one channel: claims, delivers, writes down what became of it. */
export class Courier {
  readonly #channel: Channel;
  readonly #ports: CourierPorts;
  readonly #recorder: Recorder;
  readonly #limits: CourierLimits;
  /** All that is claimed and since when: waiting, under way, or not written down yet. */
  readonly #held = new BriefMap<string, Held>();
  #waiting: ClaimedDelivery[] = [];
  #underWay = 0;
  #mayBeMore = false;
  readonly #rest: WorkRest;
  #isClosing = false;
  readonly #loop = new WorkLoop((signal) => this.#round(signal));
  readonly #renewal = new Renewal(RENEW_MS, () => this.#ports.renew(this.#heldForLong(), LEASE_MS));

  constructor(channel: Channel, ports: CourierPorts, limits: CourierLimits) {
    this.#channel = channel;
    this.#ports = ports;
    const { rush } = ports;
    this.#rest = new WorkRest({ restPerWork: REST_PER_WORK, restMsMax: REST_MS_MAX, rush });
    const record: CourierPorts["record"] = (verdicts) => this.#rest.after(() => ports.record(verdicts));
    this.#recorder = new Recorder({ ...ports, record }, (verdicts) => this.#recorded(verdicts));
    this.#limits = limits;
  }

  start(): void {
    this.#renewal.start();
    this.#loop.start();
  }

  /** There is something new. A hint: without it the courier looks every second. */
  hint(): void {
    this.#loop.hint();
  }

  /**
   * Whether it would begin so many more at once. Not in a rush, and not where others wait for it
   * in the database, which were there before.
   */
  hasRoomFor(count: number): boolean {
    const isFree = !this.#isClosing && !this.#mayBeMore && !this.#ports.rush.isOn;
    return isFree && this.#held.size + count <= this.#limits.heldMax;
  }

  /** Carries what was claimed for it when it was written down. Who is about to stop gives it back. */
  take(claimed: readonly ClaimedDelivery[]): void {
    if (this.#isClosing) {
      void this.#ports.release(claimed).catch(() => undefined);
      return;
    }
    const sinceMs = performance.now();
    for (const delivery of claimed) {
      this.#held.set(claimOf(delivery), { delivery, sinceMs });
      this.#waiting.push(delivery);
    }
    this.#begin();
  }

  /** Ends what is under way, writes it down and gives the rest back. */
  async close(): Promise<void> {
    this.#isClosing = true;
    await this.#loop.close();
    const unbegun = this.#waiting;
    this.#waiting = [];
    for (const delivery of unbegun) this.#held.take(claimOf(delivery));
    await this.#ports.release(unbegun).catch(() => undefined);
    while (this.#held.size > 0) await sleep(CLOSING_LOOK_MS);
    this.#renewal.stop();
    await this.#channel.close?.();
  }

  /** Claims when half of what may be held is free, so that a backlog is claimed in batches. */
  async #round(signal: AbortSignal): Promise<number> {
    await this.#rest.untilOver(signal);
    if (signal.aborted) return 0;
    const { heldMax } = this.#limits;
    const room = heldMax - this.#held.size;
    if (room < heldMax / 2) return IDLE_MS;
    const idleMs = await this.#rest.after(() => this.#claim(room));
    this.#rest.atLeast(REST_MS);
    return idleMs;
  }

  async #claim(room: number): Promise<number> {
    const { claim, log } = this.#ports;
    const channel = this.#channel.name;
    const claimed = await claim(channel, room, LEASE_MS).catch((error) => {
      log.warn({ channel, error: String(error) }, "deliveries cannot be read; trying again");
      return null;
    });
    if (claimed === null) return FAULT_PAUSE_MS;
    this.#mayBeMore = claimed.length === room;
    this.take(claimed);
    return this.#mayBeMore ? 0 : IDLE_MS;
  }

  #begin(): void {
    while (!this.#isClosing && this.#underWay < this.#limits.underWayMax) {
      const delivery = this.#waiting.shift();
      if (delivery === undefined) return;
      this.#underWay += 1;
      void this.#carry(delivery);
    }
  }

  async #carry(delivery: ClaimedDelivery): Promise<void> {
    const { retry } = this.#limits;
    const result = await this.#attempt(delivery);
    this.#underWay -= 1;
    this.#recorder.add(verdictOf(delivery, result, { dice: Math.random(), limits: retry }));
    this.#begin();
  }

  #attempt(delivery: ClaimedDelivery): Promise<DeliveryResult> {
    const { log, tracing } = this.#ports;
    const { attemptsMax } = this.#limits.retry;
    const run = () => attempt(delivery, this.#channel, { attemptsMax, log });
    const { trace } = delivery;
    if (tracing === undefined || trace === undefined) return run();
    const describe = ({ type }: DeliveryResult) => ({ error: type === "failed" ? type : null });
    return tracing.around({ name: `deliver ${this.#channel.name}`, carriers: [trace], describe }, run);
  }

  /** A claim that ends within moments need not be renewed, and most do. */
  #heldForLong(): ClaimedDelivery[] {
    const sinceMsMax = performance.now() - RENEW_MS;
    return this.#held
      .entries()
      .flatMap(([, { delivery, sinceMs }]) => (sinceMs <= sinceMsMax ? [delivery] : []));
  }

  #recorded(verdicts: readonly Verdict[]): void {
    for (const verdict of verdicts) {
      this.#held.take(claimOf(verdict.delivery));
      this.#ports.observe(verdict);
    }
    if (this.#mayBeMore && this.#held.size <= this.#limits.heldMax / 2) this.#loop.hint();
  }
}

/** An attempt's number is the proof of its claim; a courier has one channel. */
function claimOf({ message, attempt }: ClaimedDelivery): string {
  return `${message.notificationId}:${attempt}`;
}
