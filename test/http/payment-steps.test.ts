import { expect } from "chai";
import type { RecordPayment } from "../../src/domain/command.ts";
import { bookingIdOf } from "../../src/domain/ids.ts";
import type { LedgerEntry } from "../../src/domain/ledger.ts";
import type { BookingView, PaymentView } from "../../src/domain/views.ts";
import { Desk } from "../../src/http/desk.ts";
import { type ApiError, STATUS_OF } from "../../src/http/errors.ts";
import type { PaymentPorts } from "../../src/http/payment-desk.ts";
import { BookingCommands } from "../../src/http/routes/booking-commands.ts";
import { paymentLost } from "../../src/http/routes/payment-errors.ts";
import { PaymentSteps } from "../../src/http/routes/payment-steps.ts";
import { IdSource } from "../../src/ops/id-source.ts";

const NOW_MS = 1_900_000_000_000;
const EVENT_NUMBER = 77;
const id = (counter: number) => bookingIdOf({ nowMs: NOW_MS, counter, dice: 1, eventNumber: EVENT_NUMBER });
const BOOKING = {
  id: id(1),
  eventId: "e",
  userId: "u",
  eventNumber: EVENT_NUMBER,
  status: "pending",
  expiresAt: NOW_MS,
  currency: "USD",
  refundStatus: null,
} as unknown as BookingView;
const SETTLED = { type: "CommandRefused", reason: "PaymentSettled", facts: {} };
const DECLINED = { type: "declined", reason: "The card was declined" } as const;

interface Told {
  /** The provider's own report as the event took it; null: it has not come. */
  readonly head: object | null;
  readonly result?: RecordPayment["result"];
  /** How the payment and the booking stand by then. */
  readonly state: PaymentView["state"];
  readonly boughtTickets?: boolean;
  readonly booking: Partial<BookingView>;
  readonly tickets?: readonly Partial<BookingView>[];
}

/** Pays the booking where a call-back may have been faster than the provider's own report. */
function world({
  head,
  result = { type: "open" },
  state,
  boughtTickets = false,
  booking,
  tickets = [],
}: Told) {
  let decisions = 0;
  const entryOf = (outcome: object, command: object) =>
    ({ eventId: "e", seq: 1, decidedAt: NOW_MS, command, decision: [outcome] }) as unknown as LedgerEntry;
  const desk = new Desk({
    send: async () => ({ type: "accepted", position: 0, decidedPerSecond: null }),
    feed: {
      decisionOf: async (_, commandId) => {
        decisions += 1;
        const asked = { type: "PaymentRequested", paymentId: commandId, resultId: id(3), expiresAt: NOW_MS };
        if (decisions === 1) return entryOf(asked, {});
        return head === null ? null : entryOf(head, { type: "RecordPayment", result });
      },
      release: () => undefined,
    },
    findDecision: async () => null,
  });
  const reads = {
    booking: async () => ({ ...BOOKING, ...booking }),
    payment: async () => ({ state, boughtTickets }),
    bookingsOfUser: async () => ({ bookings: tickets, total: tickets.length }),
  };
  const options = { desk, reads, ids: new IdSource(), decisionWaitMs: 50 };
  const commands = new BookingCommands(
    options as unknown as ConstructorParameters<typeof BookingCommands>[0],
  );
  const ports = { open: async () => undefined, discard: async () => undefined };
  const steps = new PaymentSteps(commands, ports as unknown as PaymentPorts);
  const ctx = { set: () => undefined } as unknown as Parameters<PaymentSteps["pay"]>[0];
  const pay = () => steps.pay(ctx, BOOKING, { provider: "test", token: "tok" }, null);
  return { commands, pay };
}

describe("a payment of which a call-back told first", () => {
  it("has failed, with the reason that is known, whether its own report was refused or has not come", async () => {
    const refused = await world({ head: SETTLED, result: DECLINED, state: "failed", booking: {} }).pay();
    expect(refused).to.deep.nested.include({ type: "failed", "failure.reason": DECLINED.reason });
    expect(refused).to.deep.nested.include({ "failure.expiresAt": NOW_MS });
    for (const head of [SETTLED, { type: "PaymentOpened" }, null]) {
      const paid = await world({ head, state: "failed", booking: {} }).pay();
      expect(paid).to.deep.nested.include({
        type: "failed",
        "failure.reason": "it was declined or cancelled",
      });
    }
  });

  it("is still open only where nothing is settled", async () => {
    const opened = await world({ head: { type: "PaymentOpened" }, state: "open", booking: {} }).pay();
    expect(opened).to.include({ type: "open", isAnswered: true });
    expect(await world({ head: null, state: "open", booking: {} }).pay()).to.include({
      type: "open",
      isAnswered: false,
    });
    const unusable = await world({ head: SETTLED, state: "captured", booking: {} }).pay();
    expect(unusable).to.include({ type: "failed" });
  });

  it("has bought the booking, or the one in the place of a booking that had expired", async () => {
    const booked = await world({ head: SETTLED, state: "captured", booking: { status: "confirmed" } }).pay();
    expect(booked).to.include({ type: "booked", bookingId: BOOKING.id });
    const since = await world({
      head: SETTLED,
      state: "captured",
      boughtTickets: true,
      booking: { status: "cancelled" },
    }).pay();
    expect(since, "cancelled since").to.include({ type: "booked", bookingId: BOOKING.id });
    const never = await world({ head: SETTLED, state: "captured", booking: { status: "cancelled" } }).pay();
    expect(never, "cancelled before").to.include({ type: "lost" });
    const tickets = [{ id: id(7), replaces: id(6) }, { id: id(9), replaces: BOOKING.id }, { id: id(8) }];
    for (const head of [SETTLED, { type: "PaymentCaptured" }, null]) {
      const late = await world({ head, state: "captured", booking: { status: "expired" }, tickets }).pay();
      expect(late).to.include({ type: "booked", bookingId: id(9) });
    }
  });

  it("that came too late is told with what becomes of the money", async () => {
    const words = { processing: "goes back", refunded: "was paid back", failed: "could not be paid back" };
    for (const [refundStatus, said] of Object.entries(words)) {
      const booking = { status: "expired", refundStatus } as Partial<BookingView>;
      const { commands, pay } = world({ head: SETTLED, state: "captured", booking });
      expect(await pay()).to.include({ type: "lost" });
      const error = (await paymentLost(commands, BOOKING)) as ApiError;
      expect([error.code, error.status]).to.deep.equal(["BOOKING_EXPIRED", STATUS_OF.BOOKING_EXPIRED]);
      expect(error.message).to.contain(said);
      expect(error.extra).to.include({ status: "expired", refund_status: refundStatus });
    }
    const { commands } = world({ head: SETTLED, state: "open", booking: { status: "expired" } });
    const unknown = (await paymentLost(commands, BOOKING)) as ApiError;
    expect(unknown.message).to.contain("a booking in its place or a refund follows");
    expect(unknown.extra).to.include({ refund_status: null });
  });
});
