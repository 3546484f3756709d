import { expect } from "chai";
import { seatIdOf } from "../../src/domain/seat-ids.ts";
import { SEAT } from "../../src/domain/seat-map.ts";
import { seatingOf } from "../../src/domain/seating.ts";
import type { EventView, TakenSeats } from "../../src/domain/views.ts";
import { SeatPages } from "../../src/http/seat-pages.ts";

const ALL = { status: "all" } as const;
const TIER = { name: "Hall", priceMinor: 1_000, isSeated: true };
const LAWN = { name: "Lawn", priceMinor: 500, isSeated: false, capacity: 7, held: 0, sold: 0, blocked: 0 };
const seating = seatingOf({
  sections: [{ name: "Hall", tier: 0, rows: ["A", "B"].map((label) => ({ label, seats: 3 })) }],
});

/** An event as the database has it; `reads` counts how often its seats were asked for. */
class Books {
  seq = 1;
  priceMinor = TIER.priceMinor;
  reads = 0;
  lawn: readonly object[] = [];
  taken: TakenSeats["taken"][number][] = [];
  readonly pages = new SeatPages({
    event: async () => this.event(),
    seating: async () => seating,
    takenSeats: async () => {
      this.reads += 1;
      const seen = { seq: this.seq, taken: [...this.taken] };
      await new Promise((resolve) => setImmediate(resolve));
      return seen;
    },
  });

  event(): EventView {
    const { seq, priceMinor } = this;
    const tiers = [{ ...TIER, priceMinor }, ...this.lawn];
    return {
      eventId: "e",
      number: 9,
      isSeated: true,
      version: 1,
      currency: "USD",
      seq,
      tiers,
    } as unknown as EventView;
  }

  sell(seat: number): void {
    this.taken.push({ seat, status: SEAT.sold });
    this.seq += 1;
  }

  async read(filter: Parameters<SeatPages["page"]>[1] = ALL) {
    const page = await this.pages.page(this.event(), filter);
    return { page, data: JSON.parse(String(page.body)).data };
  }
}

describe("replies with seats", () => {
  it("are rendered once while nothing changes, for each filter", async () => {
    const books = new Books();
    const first = await books.read();
    expect((await books.read()).page).to.equal(first.page);
    expect(books.reads).to.equal(1);
    await books.read({ status: "available" });
    expect(books.reads).to.equal(2);
  });

  it("show every change of seats and of prices", async () => {
    const books = new Books();
    await books.read();
    for (const [sold, seat] of [4, 0, 2].entries()) {
      books.sell(seat);
      const { data, page } = await books.read();
      expect(page.seq).to.equal(books.seq);
      const seats = data.sections[0].rows.flatMap((row: { seats: { status: string }[] }) => row.seats);
      const status = seats.map((one: { status: string }) => one.status);
      const expected = Array(6).fill("available");
      for (const one of books.taken) expected[one.seat] = "booked";
      expect(status).to.deep.equal(expected);
      expect(data.summary).to.deep.equal({ total_available: 5 - sold, by_tier: { Hall: 5 - sold } });
      expect(seats[5]).to.include({ id: seatIdOf(9, 5), seat_number: "3", price: 10 });
    }
    books.priceMinor = 1_250;
    books.seq += 1;
    expect((await books.read()).data.sections[0].rows[1].seats[2].price).to.equal(12.5);
  });

  it("answer all who ask at once with one rendering, but nobody with one that is older than what they saw", async () => {
    const books = new Books();
    const early = Array.from({ length: 20 }, () => books.read());
    while (books.reads === 0) await Promise.resolve();
    books.sell(1);
    const late = Array.from({ length: 20 }, () => books.read());
    for (const { data } of await Promise.all(late)) expect(data.summary.total_available).to.equal(5);
    await Promise.all(early);
    expect(books.reads).to.equal(2);
  });

  it("for sections and tiers that the layout has not are empty, and neither read nor remembered", async () => {
    const books = new Books();
    books.lawn = [LAWN];
    const known = await books.read();
    const unknown = [
      { section: "Attic" },
      { price_tier: "Attic" },
      { section: "Hall", price_tier: "Attic" },
      { section: "Hall", price_tier: "Lawn" },
      { section: "Attic", price_tier: "Hall" },
    ];
    for (const filter of unknown) {
      const { data, page } = await books.read({ ...ALL, ...filter });
      expect(data, JSON.stringify(filter)).to.deep.equal({
        event_id: "e",
        seq: 1,
        sections: [],
        summary: { total_available: 0, by_tier: {} },
      });
      expect((await books.read({ ...ALL, ...filter })).page).not.to.equal(page);
    }
    expect(books.reads).to.equal(1);
    expect((await books.read()).page).to.equal(known.page);
    const named = await books.read({ ...ALL, section: "Hall", price_tier: "Hall" });
    expect(named.data.sections).to.deep.equal(known.data.sections);
    const lawn = await books.read({ ...ALL, price_tier: "Lawn" });
    expect(lawn.data.summary).to.deep.equal({ total_available: 7, by_tier: { Lawn: 7 } });
  });

  it("of different filters asked for at once come from one read, or from the next if that is too old", async () => {
    const books = new Books();
    const filters = [ALL, { status: "available" }, { status: "held" }, { ...ALL, section: "Hall" }] as const;
    const early = filters.map((filter) => books.read(filter));
    while (books.reads === 0) await Promise.resolve();
    books.sell(1);
    const late = (["booked", "blocked"] as const).map((status) => books.read({ status }));
    for (const { page } of await Promise.all(late)) expect(page.seq).to.equal(2);
    await Promise.all(early);
    expect(books.reads).to.equal(2);
  });

  it("are tried again after a read that failed", async () => {
    let failures = 1;
    const pages = new SeatPages({
      event: async () => new Books().event(),
      seating: async () => seating,
      takenSeats: async () => {
        failures -= 1;
        if (failures >= 0) throw new Error("the database is away");
        return { seq: 1, taken: [] };
      },
    });
    const outcomes = await Promise.allSettled([1, 2].map(() => pages.page(new Books().event(), ALL)));
    expect(outcomes.map(({ status }) => status)).to.include("rejected");
    expect((await pages.page(new Books().event(), ALL)).seq).to.equal(1);
  });
});
