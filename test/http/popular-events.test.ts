import { expect } from "chai";
import { createPopularEvents } from "../../src/store/popular-events.ts";
import { sharedSystem } from "./shared-system.ts";

describe("popular events", () => {
  const system = sharedSystem();
  // biome-ignore lint/suspicious/noExplicitAny: the shape is what the test is about
  type Shown = any;

  /** What is served once the ranking has been made anew. */
  async function popular(query: string, isThere: (events: Shown[]) => boolean): Promise<Shown[]> {
    for (;;) {
      const { status, body } = await system().client.get(`/events/popular${query}`);
      expect(status).to.equal(200);
      if (isThere(body.data)) return body.data;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  it("come with 001's figures, from what was booked; the path is no id", async () => {
    const { client } = system();
    const event = await system().event({ total_capacity: 4, name: "A Favourite" });
    const [one, two] = await system().people(2);
    await client.book(one?.token ?? "", event.id, 2);
    const { body } = await client.book(two?.token ?? "", event.id, 1);
    await client.book(two?.token ?? "", event.id, 1);
    await client.request("DELETE", `/bookings/${body.data.id}`, { token: two?.token ?? "" });
    const isIt = ({ id }: Shown) => id === event.id;
    const shown = await popular("?limit=100", (events) => events.find(isIt)?.total_bookings === 2);
    const found = shown.find(isIt);
    expect(found).to.include({ name: "A Favourite", total_bookings: 2, recent_bookings: 2 });
    expect(found).to.include({ booking_rate: 0.75, available_seats: 1, status: "active" });
    expect(found.popularity_score).to.be.closeTo(5 * 0.75 + (5 * Math.log10(3)) / 3, 0.01);
  });

  it("are the highest score first, ten unless asked otherwise, and paged", async () => {
    await Promise.all(Array.from({ length: 12 }, () => system().event()));
    const shown = await popular("", (events) => events.length === 10);
    const scores = shown.map((one: Shown) => one.popularity_score);
    expect(scores).to.deep.equal(scores.toSorted((a: number, b: number) => b - a));
    expect(await popular("?limit=3", ({ length }) => length === 3)).to.have.length(3);
    const { body } = await system().client.get("/events/popular?limit=3&page=2");
    expect(body.pagination).to.include({ page: 2, limit: 3, has_prev: true });
    for (const query of ["?limit=0", "?limit=101", "?limit=many"]) {
      expect((await system().client.get(`/events/popular${query}`)).status).to.equal(400);
    }
  });

  it("are neither cancelled nor over", async () => {
    const { client, pool, admin } = system();
    const [cancelled, over] = [await system().event(), await system().event()];
    await client.request("DELETE", `/events/${cancelled.id}`, { token: admin.token });
    await pool.query("update event set starts_at = now() - interval '1 hour' where event_id = $1", [over.id]);
    const events = await createPopularEvents(pool)({ limit: 100, offset: 0 });
    const ids = events.events.map(({ eventId }) => String(eventId));
    expect(ids).not.to.include.members([cancelled.id]);
    expect(ids).not.to.include.members([over.id]);
    expect(ids).to.have.length.above(0);
  });

  it("are ranked once for all who ask within two seconds, and anew after a failure", async () => {
    let [asked, nowMs, fails] = [0, 1_000, true];
    const db = {
      query: async (statement: { name: string }) => {
        if (statement.name !== "event-popularities") return { rows: [] };
        asked += 1;
        if (fails) throw new Error("away");
        return { rows: [] };
      },
    } as unknown as Parameters<typeof createPopularEvents>[0];
    const popularEvents = createPopularEvents(db, () => nowMs);
    const page = { limit: 10, offset: 0 };
    expect(await popularEvents(page).catch((error: Error) => error.message)).to.equal("away");
    fails = false;
    await Promise.all(Array.from({ length: 20 }, () => popularEvents(page)));
    expect(asked).to.equal(2);
    nowMs += 1_999;
    await popularEvents(page);
    expect(asked).to.equal(2);
    nowMs += 2;
    await popularEvents(page);
    expect(asked).to.equal(3);
  });
});
