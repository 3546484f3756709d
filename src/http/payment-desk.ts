import type { RecordPayment } from "../domain/command.ts";
import type { BookingId, EventId, PaymentId } from "../domain/ids.ts";
import type { PaymentProvider, PaymentResult } from "../payments/provider.ts";
import type { SignedCallback } from "../payments/test-callback.ts";
import type { Accepted } from "./desk.ts";
import type { IdempotencyKey } from "./idempotency.ts";

/** The test provider as its buyer meets it. */
export interface TestPages {
  /** How a payment stands. @throws Error where there is none of that reference. */
  status(providerRef: string): Promise<PaymentResult>;
  /** What the buyer does there; the call-back tells of it. */
  completeSession(providerRef: string, outcome: "success" | "decline"): Promise<SignedCallback>;
}

/** Payments as the API sees them: it keeps what paying will need and takes in call-backs, and never moves money. */
export interface PaymentPorts {
  readonly defaultProvider: string;
  /** By the name that stands in a request. */
  readonly providers: ReadonlyMap<string, Pick<PaymentProvider, "parseCallback">>;
  /** The buyer's page of the test provider; null where that takes no payments here. */
  readonly testPages: TestPages | null;
  /** Keeps a session for the effect of paying, before the command that asks for it is sent; durable when it resolves. */
  open(session: {
    readonly paymentId: PaymentId;
    readonly eventId: EventId;
    readonly bookingId: BookingId;
    readonly provider: string;
    /** A client's token of the provider; null: it pays on the provider's own page. */
    readonly token: string | null;
  }): Promise<void>;
  /** Forgets a session, token and all, because its command led to no payment. */
  discard(paymentId: PaymentId): Promise<void>;
  /** The payment that a provider knows by a reference of its own; null where it is none of ours. */
  findByRef(provider: string, providerRef: string): Promise<string | null>;
  /** Keeps how a call-back names a payment, for later questions, and where it sends the buyer, if it does. */
  heard(report: {
    readonly paymentId: PaymentId;
    readonly providerRef: string;
    readonly checkoutUrl: string | null;
  }): Promise<void>;
  /** Puts a call-back into its event's mailbox; resolves when that has committed. */
  send(letter: {
    readonly eventId: EventId;
    readonly command: RecordPayment;
    readonly key: IdempotencyKey;
  }): Promise<Accepted>;
}
