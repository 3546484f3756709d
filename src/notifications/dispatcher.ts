import type { Channel, ChannelName } from "./channel.ts";
import { Courier, type CourierLimits, type CourierPorts, LEASE_MS } from "./courier.ts";
import { type ClaimedDelivery, type FirstClaim, RETRY, type RetryLimits } from "./delivery.ts";

export interface DispatcherOptions extends Omit<CourierPorts, "onPlanned"> {
  readonly channels: readonly Channel[];
  readonly retry?: RetryLimits;
}

type Pace = Omit<CourierLimits, "retry">;

/** What ends here is carried as fast as it can be written down, also where it stands in for a channel of others. */
const LOCAL: Pace = { underWayMax: 4_000, heldMax: 4_000 };

/** How many deliveries one process carries at once to whoever carries them on. */
const LIMITS: Readonly<Record<ChannelName, Pace>> = {
  websocket: LOCAL,
  push: { underWayMax: 16, heldMax: 64 },
  email: { underWayMax: 8, heldMax: 64 },
  sms: { underWayMax: 4, heldMax: 32 },
};

/**
 * Carries all that people are to be told, each channel at its own pace. Any number of processes share the work:
 * a delivery belongs to who has claimed it, and a claim that is not renewed ends by itself.
 *
 * Fail-over: the channels that a person wants for a kind are all used. When each of them has come to an end and none
 * has reached the person (unreachable, refused, dead), the next of CHANNELS that was neither used nor switched off is
 * tried, one after the other, until one has reached the person or none is left. An internal kind has only its own.
 */
export class Dispatcher {
  readonly #couriers: ReadonlyMap<ChannelName, Courier>;

  constructor({ channels, retry = RETRY, ...ports }: DispatcherOptions) {
    const onPlanned = () => this.hint();
    this.#couriers = new Map(
      channels.map((channel) => [
        channel.name,
        new Courier(channel, { ...ports, onPlanned }, { ...paceOf(channel), retry }),
      ]),
    );
  }

  start(): void {
    for (const courier of this.#couriers.values()) courier.start();
  }

  /** There is something to be carried. A hint. */
  hint(): void {
    for (const courier of this.#couriers.values()) courier.hint();
  }

  /**
   * Has notifications written down. Channels with room for all of them have their deliveries claimed with that, and begin
   * them at once, which spares looking for them and claiming them one by one; the others are told to look.
   * @param count of the notifications
   * @param save writes them down and returns what it claimed
   */
  async handOver(
    count: number,
    save: (claim: FirstClaim) => Promise<readonly ClaimedDelivery[]>,
  ): Promise<void> {
    const channels = [...this.#couriers].flatMap(([name, courier]) =>
      courier.hasRoomFor(count) ? [name] : [],
    );
    const claimed = Map.groupBy(await save({ channels, leaseMs: LEASE_MS }), ({ channel }) => channel);
    for (const [name, courier] of this.#couriers) {
      if (channels.includes(name)) courier.take(claimed.get(name) ?? []);
      else courier.hint();
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.#couriers.values()].map((courier) => courier.close()));
  }
}

function paceOf({ name, isLocal = false }: Channel): Pace {
  return isLocal ? LOCAL : LIMITS[name];
}
