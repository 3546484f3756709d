import { setTimeout as sleep } from "node:timers/promises";
import type { EventId } from "../domain/ids.ts";
import type { Log } from "../ops/log.ts";
import { Renewal } from "../ops/renewal.ts";
import { WorkLoop } from "../ops/work-loop.ts";
import type { Delivery } from "./delivery.ts";
import type { Claim, CourierStore } from "./ports.ts";

export interface CourierPorts {
  readonly store: Pick<CourierStore, "prepare" | "claim" | "renew" | "release">;
  readonly delivery: Pick<Delivery, "step">;
  readonly log: Log;
}

/** Messages under way at once in this process, and of these to one endpoint. */
const UNDER_WAY_MAX = 32;
const PER_ENDPOINT_MAX = 4;
/** Messages of one event before others have their turn. */
const MESSAGES_PER_CLAIM_MAX = 20;
/** Between two messages of one event where the first was short: what is decided meanwhile travels together. */
const GATHER_MS = 100;
/** What is being sent is claimed anew all the time, so that one whose process died is soon taken over. */
export const LEASE_MS = 6_000;
const RENEW_MS = 1_500;
/** How often everything is looked at, told of or not: retries that are due, new events, lost notices. */
const SWEEP_MS = 2_000;
/** Between two looks. */
const REST_MS = 50;
/** After a look that failed, such as at a database that is away. */
const FAULT_PAUSE_MS = 1_000;
/** How long messages under way may still take when the process is to end. */
const CLOSING_MS_MAX = 3_000;

/**
 * Brings the outcomes of events to the endpoints that listen, event by event in order and one message at a time.
 * It walks each event's ledger by number: no turn writes anything for it. Several couriers share the work.
 */
export class Courier {
  readonly #ports: CourierPorts;
  readonly #underWay = new Map<Claim, Promise<void>>();
  readonly #abort = new AbortController();
  readonly #loop = new WorkLoop((signal) => this.#round(signal));
  readonly #hinted = new Set<EventId>();
  #hasListeners = false;
  #preparedAt = Number.NEGATIVE_INFINITY;
  /** Something is due that there was no room for. */
  #isCrowded = false;
  #isClosing = false;
  readonly #renewal = new Renewal(RENEW_MS, () =>
    this.#ports.store.renew([...this.#underWay.keys()], LEASE_MS),
  );

  constructor(ports: CourierPorts) {
    this.#ports = ports;
  }

  start(): void {
    this.#renewal.start();
    this.#loop.start();
  }

  /** Something was decided about these events. Where nobody listens this costs nothing. */
  hint(eventIds: readonly EventId[]): void {
    if (!this.#hasListeners) return;
    for (const eventId of eventIds) this.#hinted.add(eventId);
    this.#loop.hint();
  }

  /** Gives messages under way some time and begins no more. */
  async close(): Promise<void> {
    this.#isClosing = true;
    await this.#loop.close();
    const timer = setTimeout(() => this.#abort.abort(), CLOSING_MS_MAX);
    await Promise.all(this.#underWay.values());
    clearTimeout(timer);
    this.#renewal.stop();
  }

  async #round(signal: AbortSignal): Promise<number> {
    try {
      const isSweep = performance.now() - this.#preparedAt >= SWEEP_MS;
      if (isSweep) {
        this.#hasListeners = (await this.#ports.store.prepare()) > 0;
        this.#preparedAt = performance.now();
      }
      if (this.#hasListeners) await this.#take(isSweep);
    } catch (error) {
      this.#ports.log.warn({ error: String(error) }, "webhooks cannot be looked for; trying again");
      await sleep(FAULT_PAUSE_MS, undefined, { signal }).catch(() => undefined);
    }
    await sleep(REST_MS, undefined, { signal }).catch(() => undefined);
    return Math.max(1, this.#preparedAt + SWEEP_MS - performance.now());
  }

  async #take(isSweep: boolean): Promise<void> {
    const room = UNDER_WAY_MAX - this.#underWay.size;
    const eventIds = isSweep || this.#isCrowded ? null : [...this.#hinted];
    // What is hinted at while there is no room stays so; whatever ends makes room, and hints.
    if (room === 0 || eventIds?.length === 0) return;
    this.#hinted.clear();
    const wanted = { eventIds, max: room, perEndpointMax: PER_ENDPOINT_MAX, leaseMs: LEASE_MS };
    const claims = await this.#ports.store.claim({ ...wanted, busy: this.#busy() });
    for (const claim of claims) {
      const done = this.#carry(claim).finally(() => this.#end(claim));
      this.#underWay.set(claim, done);
    }
    const isAnyFull = [...this.#busy().values()].some((busy) => busy >= PER_ENDPOINT_MAX);
    this.#isCrowded = claims.length > 0 && (claims.length === room || isAnyFull);
  }

  #busy(): Map<string, number> {
    const busy = new Map<string, number>();
    for (const { endpointId } of this.#underWay.keys()) busy.set(endpointId, (busy.get(endpointId) ?? 0) + 1);
    return busy;
  }

  /** One message after the other, as long as there are any. What fails for reasons of ours is claimed again when its lease is over. */
  async #carry(first: Claim): Promise<void> {
    const { store, delivery, log } = this.#ports;
    try {
      let claim: Claim | null = first;
      for (let messages = 1; claim !== null; messages += 1) {
        const started = performance.now();
        const step = await delivery.step(claim, this.#abort.signal);
        claim = step.next;
        if (claim === null) return;
        if (!step.isFull) await sleep(Math.max(0, started + GATHER_MS - performance.now()));
        if (this.#isClosing || messages === MESSAGES_PER_CLAIM_MAX) return await store.release(claim);
      }
    } catch (error) {
      const { eventId, endpointId } = first;
      log.warn({ event_id: eventId, webhook_id: endpointId, error: String(error) }, "a webhook is held up");
    }
  }

  #end(claim: Claim): void {
    this.#underWay.delete(claim);
    // Notices that came while it was claimed found nothing to claim.
    this.hint([claim.eventId]);
  }
}
