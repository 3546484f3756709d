import { book, bookSeats, change, eventWith, given, seatedEventWith } from "./scenario.ts";

const TIERS = [
  { name: "A", priceMinor: 1_000, capacity: 5 },
  { name: "B", priceMinor: 1_500, capacity: 5 },
];
const price = (name: string, priceMinor: number) => change({ tiers: [{ name, priceMinor }] });

describe("the price a buyer was shown", () => {
  it("is charged where it is still the price", () => {
    given(eventWith({ tiers: TIERS }), price("B", 1_400))
      .when(book(1, 1, { tier: "A", seenVersion: 1 }))
      .thenDecided({ type: "BookingConfirmed", unitPriceMinor: 1_000 });
  });

  it("is not silently replaced by a later one: the booking is refused with the new total", () => {
    given(eventWith({ tiers: TIERS }), price("A", 1_200))
      .when(book(1, 2, { tier: "A", seenVersion: 1 }))
      .thenRefused("PriceChanged", { totalMinor: 2_400 });
    given(eventWith({ tiers: TIERS }), price("A", 1_200))
      .when(book(1, 2, { tier: "A", seenVersion: 2 }))
      .thenDecided({ type: "BookingConfirmed" });
  });

  it("is not silently another tier's, where the cheapest was meant and is another now", () => {
    given(eventWith({ tiers: TIERS }), price("A", 2_000))
      .when(book(1, 1, { seenVersion: 1 }))
      .thenRefused("PriceChanged", { totalMinor: 1_500 });
    given(eventWith({ tiers: TIERS }), change({ tiers: [{ name: "A", isRestricted: true }] }))
      .when(book(1, 1, { seenVersion: 1 }))
      .thenRefused("PriceChanged", { totalMinor: 1_500 });
  });

  it("moves with nothing but prices: other changes refuse nobody", () => {
    given(eventWith(), change({ name: "New", priceMinor: 2_000, capacity: 11 }))
      .when(book(1, 1, { seenVersion: 1 }))
      .thenDecided({ type: "BookingConfirmed" });
  });

  it("holds for seats as for tiers", () => {
    given(seatedEventWith(), price("Stalls", 5_500))
      .when(bookSeats(1, [0], { seenVersion: 1 }))
      .thenRefused("PriceChanged", { totalMinor: 5_500 });
    given(seatedEventWith(), price("Stalls", 5_500))
      .when(bookSeats(1, [8], { seenVersion: 1 }))
      .thenDecided({ type: "BookingConfirmed" });
  });

  it("is what the buyer says it was, where they say so", () => {
    given(eventWith(), change({ priceMinor: 2_500 }))
      .when(book(1, 1, { total: 2_500, seenVersion: 1 }))
      .thenDecided({ type: "BookingConfirmed" });
    given(eventWith())
      .when(book(1, 1, { total: 1_999 }))
      .thenRefused("PriceChanged", { totalMinor: 2_000 });
  });
});
