import { expect } from "chai";
import { until } from "../support/until.ts";
import type { Receiver } from "./receiver.ts";
import { type Person, World } from "./world.ts";

export const ARRIVAL_MS_MAX = 30_000;
const CAPACITY = 5_000;
const BUYERS = 20;

/** An organizer and buyers in a world of their own, with a fresh receiver for each test. Call it in a `describe`. */
export function watchedSale() {
  let world: World;
  let owner: Person;
  let buyers: Person[];
  let receiver: Receiver;
  before(async () => {
    world = await World.start();
    owner = await world.organizer();
    buyers = await world.people(BUYERS);
  });
  after(() => world?.stop());
  beforeEach(async () => {
    receiver = await world.receiver();
  });
  afterEach(() => world.clear());

  const event = (fields = {}) =>
    world.client.createEvent(owner.token, { total_capacity: CAPACITY, ...fields });
  const book = (eventId: string, at = 0) => world.client.book((buyers[at] as Person).token, eventId, 1);

  /** So many bookings of different people at the same time. */
  async function rush(eventId: string, bookings: number): Promise<void> {
    const replies = await Promise.all(
      Array.from({ length: bookings }, (_, at) => book(eventId, at % buyers.length)),
    );
    expect(new Set(replies.map(({ status }) => status))).to.deep.equal(new Set([201]));
  }

  /** Waits until a receiver has been told everything about an event. */
  async function complete(eventId: string, to: Receiver = receiver): Promise<void> {
    const head = await world.headOf(eventId);
    const isTold = () => to.of(eventId).at(-1)?.body.data.to_seq === head;
    await until(`${to.url} knows ${head}`, isTold, ARRIVAL_MS_MAX);
  }

  return () => ({ world, owner, buyers, receiver, event, book, rush, complete });
}
