import { setTimeout as sleep } from "node:timers/promises";
import type { Ending } from "../history/history-writer.ts";
import type { Op } from "../history/op.ts";
import type { Known, KnownBooking } from "./known.ts";
import { isEnd, type Requester } from "./requester.ts";

const POLL_MS = 40;

/** What clients have sent and do not know the end of: with a key it is asked for again, in line it is looked for. */
export class Open {
  readonly #known: Known;
  readonly #ops = new Map<Op, number>();

  constructor(known: Known) {
    this.#known = known;
  }

  get size(): number {
    return this.#ops.size + this.#inLine().length;
  }

  /** Takes an operation with a key that has no end yet. */
  take(client: number, op: Op, ending: Ending): void {
    if (!isEnd(op, ending) && "key" in op && op.key !== null) this.#ops.set(op, client);
  }

  /** Looks for a booking until it is decided. */
  async follow(
    client: number,
    booking: KnownBooking,
    requester: Requester,
    goesOn: () => boolean,
  ): Promise<void> {
    while (booking.state === "queued" && goesOn()) {
      await sleep(POLL_MS);
      const { id, user, event } = booking;
      const { body } = await requester.send(client, { type: "look", event: event.id, user, booking: id });
      this.#known.learn(event, user, body);
    }
  }

  /** Asks for everything that is open, until all of it has an end or the time is up. @returns how much has none */
  async resolve(requester: Requester, goesOn: () => boolean): Promise<number> {
    await Promise.all(
      [...this.#ops].map(async ([op, client]) => {
        const ending = await requester.pursue(client, op, goesOn);
        if (!isEnd(op, ending)) return;
        this.#ops.delete(op);
        if ("user" in op && ending.type === "ok") {
          this.#known.learn(this.#known.event(op.event), op.user, ending.body);
        }
      }),
    );
    await Promise.all(this.#inLine().map((booking) => this.follow(0, booking, requester, goesOn)));
    return this.size;
  }

  #inLine(): readonly KnownBooking[] {
    return this.#known.bookings.filter(({ state }) => state === "queued");
  }
}
