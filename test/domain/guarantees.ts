import { expect } from "chai";
import type { Command } from "../../src/domain/command.ts";
import { isServing } from "../../src/domain/decide/waitlist.ts";
import type { UserId } from "../../src/domain/ids.ts";
import type { Decision } from "../../src/domain/outcome.ts";
import { SEAT } from "../../src/domain/seat-map.ts";
import type { World } from "../../src/domain/state.ts";
import { inOrder } from "../../src/domain/waitlist.ts";
import type { LiveBooking, Model } from "./model.ts";

/** Everything that must hold after every decision, of what the outcomes add up to and of the state that was made. */
export function expectGuarantees(model: Model, world: World): void {
  stockIsWhatIsLive(model, world);
  seatsAreWhatIsLive(model, world);
  personsAndCodesAreCounted(model, world);
  moneyIsWhereItBelongs(model, world);
  lineIsInOrder(model, world);
}

function stockIsWhatIsLive(model: Model, { state, bookings }: World): void {
  for (const [at, tier] of state.tiers.entries()) {
    const { name, capacity, held, sold, blocked } = tier;
    expect([name, capacity, held, sold, blocked]).to.deep.equal([
      model.tiers[at]?.name,
      model.tiers[at]?.capacity,
      model.used(at, "held"),
      model.used(at, "confirmed"),
      model.tiers[at]?.blocked,
    ]);
    expect(held + sold + blocked).to.be.at.most(capacity);
  }
  const confirmed = [...model.live].filter(([, { status }]) => status === "confirmed").map(([id]) => id);
  expect(state.bookings).to.equal(confirmed.length);
  expect([...state.holds.keys()].sort()).to.deep.equal(
    [...model.live.keys()].filter((id) => !confirmed.includes(id)).sort(),
  );
  for (const id of confirmed) expect(bookings.get(id)?.status).to.equal("confirmed");
}

function seatsAreWhatIsLive(model: Model, { state: { seatMap, tiers } }: World): void {
  if (seatMap === null) return;
  const status = new Uint8Array(seatMap.seating.count);
  for (const one of model.live.values()) {
    expect(one.seats.length).to.equal(tiers[one.tier]?.isSeated ? one.quantity : 0);
    for (const seat of one.seats) {
      expect(status[seat], `seat ${seat} in two live bookings`).to.equal(SEAT.free);
      status[seat] = one.status === "held" ? SEAT.held : SEAT.sold;
    }
  }
  for (const [seat, stored] of seatMap.status.entries()) {
    if (stored !== SEAT.blocked) expect(stored, `seat ${seat}`).to.equal(status[seat]);
    else expect(status[seat], `blocked seat ${seat} is sold`).to.equal(SEAT.free);
  }
}

function personsAndCodesAreCounted(model: Model, { state, tickets }: World): void {
  for (const [userId, count] of tickets) expect(count).to.equal(model.ticketsOf(userId));
  const holds = new Map<UserId, number>();
  const uses = new Map<string, number>();
  for (const { status, userId, entryId, promoCode } of model.live.values()) {
    expect(tickets.get(userId)).to.equal(model.ticketsOf(userId));
    if (status === "held" && entryId === null) holds.set(userId, (holds.get(userId) ?? 0) + 1);
    if (promoCode !== null) uses.set(promoCode, (uses.get(promoCode) ?? 0) + 1);
  }
  expect(state.holdsByUser).to.deep.equal(holds);
  for (const { code, used, usesMax } of state.promoCodes.values()) {
    expect(used).to.equal(uses.get(code) ?? 0);
    if (usesMax !== null) expect(used).to.be.at.most(usesMax);
  }
}

/** What was captured stands as a ticket, is owed back, or is what the refund policy keeps. */
function moneyIsWhereItBelongs(model: Model, { state, payments }: World): void {
  const worth = new Map<string, LiveBooking>();
  for (const one of model.live.values()) {
    if (one.paymentId === null) continue;
    expect(worth.has(one.paymentId), "two tickets for one payment").to.equal(false);
    worth.set(one.paymentId, one);
  }
  for (const [id, payment] of model.payments) {
    const { state: known, bookingId, capturedMinor, owedMinor, keptMinor } = payment;
    const ticket = worth.get(id);
    const ticketMinor = ticket === undefined ? 0 : ticket.unitPriceMinor * ticket.quantity;
    expect(capturedMinor, "captured = ticket + refunds + kept").to.equal(ticketMinor + owedMinor + keptMinor);
    expect(payments.get(id)).to.deep.include({ state: known, capturedMinor, refundMinor: owedMinor });
    if (known !== "open" || model.isCancelled || state.holds.get(bookingId)?.payment?.id === id) continue;
    // A page that was merely open: its buyer pays in another way, or does not want to any more.
    const isOver =
      model.ended.get(bookingId) === "cancelled" || model.live.get(bookingId)?.status === "confirmed";
    const isLeft = payment.isSuperseded || (payment.method === "checkout" && isOver);
    expect([isLeft, payment.isEnding], "a hold released while its payment is open").to.deep.equal([
      true,
      true,
    ]);
  }
}

function lineIsInOrder(model: Model, { state }: World): void {
  const line = model.waiting();
  const stored = [...inOrder(state.line)];
  expect(
    stored.map(({ id, userId, quantity, passedOver, owned }) => [id, userId, quantity, passedOver, owned]),
  ).to.deep.equal(
    line.map(({ entryId, userId, quantity, passedOver }) => [
      entryId,
      userId,
      quantity,
      passedOver,
      model.ticketsOf(userId),
    ]),
  );
  if (!isServing(state) || state.isLineUnserved) return;
  for (const one of line) {
    expect(model.canBeServed(one, line[0]), "somebody waits for what is there").to.equal(false);
  }
}

/** The price that was shown is charged, or the booking is refused. `model` is as it was before the decision. */
export function expectHonestPrice(model: Model, command: Command, [head]: Decision): void {
  if (command.type !== "BookTickets") return;
  if (head.type !== "BookingConfirmed" && head.type !== "BookingHeld") return;
  const { expectedTotalMinor, seenVersion, promoCode, quantity } = command;
  if (expectedTotalMinor !== undefined) {
    expect(head.unitPriceMinor * quantity).to.equal(expectedTotalMinor);
    return;
  }
  const shown = model.shown[seenVersion ?? model.shown.length - 1] ?? [];
  const isNamed = command.tier !== undefined || command.seats !== undefined || command.section !== undefined;
  const open = shown.filter(({ isRestricted }) => !isRestricted).map(({ priceMinor }) => priceMinor);
  const expected = isNamed ? (shown[head.tier]?.priceMinor ?? Number.NaN) : Math.min(...open);
  if (promoCode === undefined) expect(head.unitPriceMinor).to.equal(expected);
  else expect(head.unitPriceMinor).to.be.at.most(expected);
}
