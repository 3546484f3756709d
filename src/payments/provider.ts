/** A payment as the provider is asked for it. The same payment is always described by the same order. */
export interface PaymentOrder {
  /** The provider's idempotency rests on it: whatever is asked twice for one payment happens once. */
  readonly paymentId: string;
  readonly bookingId: string;
  readonly eventId: string;
  /** In minor units of ISO 4217: cents, yen, fils. */
  readonly amountMinor: number;
  /** ISO 4217, capital letters. */
  readonly currency: string;
  /** Unix ms: until when the buyer has the tickets. */
  readonly expiresAt: number;
}

/**
 * How a payment stands. `captured`, `declined` and `cancelled` are decisions; of them `captured` is final and wins
 * over whatever else is heard, in any order. `providerRef` is what later questions name; a later one replaces an earlier.
 */
export type PaymentResult =
  | { readonly type: "captured"; readonly providerRef: string; readonly amountMinor: number }
  /** No money moved. `reason` is a sentence for the buyer. */
  | { readonly type: "declined"; readonly providerRef: string | null; readonly reason: string }
  /** Undecided: the buyer has to act at `url`. */
  | { readonly type: "challenge"; readonly providerRef: string; readonly url: string }
  /** Undecided: ask again, by `capture`. */
  | { readonly type: "pending"; readonly providerRef: string }
  /** Will never be captured. */
  | { readonly type: "cancelled"; readonly providerRef: string | null };

/** An authorised payment is reserved at the buyer's bank and waits for `capture`, or for `cancel`. */
export type Authorisation = PaymentResult | { readonly type: "authorised"; readonly providerRef: string };

/** The provider's own page, where the buyer pays without this program seeing how. */
export interface CheckoutSession {
  readonly providerRef: string;
  readonly checkoutUrl: string;
  readonly clientSecret: string | null;
}

export interface RefundOrder {
  readonly refundId: string;
  readonly paymentId: string;
  readonly providerRef: string;
  readonly amountMinor: number;
  readonly currency: string;
}

export type RefundResult =
  | { readonly type: "refunded"; readonly refundRef: string }
  /** Accepted and not done: ask again with the same order. */
  | { readonly type: "pending" }
  /** It will not be done. `reason` is a sentence for the organiser. */
  | { readonly type: "failed"; readonly reason: string };

/** What a provider tells of its own accord. It may come twice, late, and in any order. */
export interface ProviderCallback {
  readonly callbackId: string;
  readonly paymentId: string | null;
  readonly bookingId: string | null;
  readonly eventId: string | null;
  readonly providerRef: string;
  /** Null: of no interest. */
  readonly result: PaymentResult | null;
}

export type CallbackHeaders = Readonly<Record<string, string | string[] | undefined>>;

/**
 * Moves money. Asked by the effects worker, never inside a database transaction. Every method may be repeated after
 * a lost answer and then tells what the first call did. All but `parseCallback` throw `ProviderFault`, which says
 * whether it makes sense to ask again.
 *
 *   open ──▶ authorised ──capture──▶ captured ──▶ refunded, in part or in full
 *    │ ▲         │
 *    │ └declined │        challenge, processing: undecided, on the way from open to authorised or captured
 *    └───────────┴──cancel──▶ cancelled
 */
export interface PaymentProvider {
  readonly name: string;
  /** Reserves the money by a token that the client has of the provider. */
  authorise(order: PaymentOrder, token: string): Promise<Authorisation>;
  /** Takes the money of a payment that is authorised; of any other tells how it stands. What undecided ones are asked by. */
  capture(providerRef: string, order: PaymentOrder): Promise<PaymentResult>;
  /** Authorises, then captures. */
  charge(order: PaymentOrder, token: string): Promise<PaymentResult>;
  /** @throws ProviderRefused: the provider will not take this payment. Where a token pays, that is `declined`. */
  createSession(order: PaymentOrder): Promise<CheckoutSession>;
  /** How it stands. Changes nothing: an authorised payment is `pending` and stays so until `capture`. */
  status(providerRef: string): Promise<PaymentResult>;
  /**
   * Ends a payment: `cancelled`, or `captured` when too late, or `pending` while the provider can do neither; then ask
   * again. Without a reference (the first answer was lost) whatever was charged under this order is found and ended.
   */
  cancel(providerRef: string | null, order: PaymentOrder): Promise<PaymentResult>;
  refund(order: RefundOrder): Promise<RefundResult>;
  /**
   * @param raw the body, byte by byte as it came. @param nowMs Unix ms.
   * @throws CallbackForged: the signature is missing, wrong or old. @throws CallbackUnreadable: well signed, not understood.
   */
  parseCallback(raw: Buffer, headers: CallbackHeaders, nowMs: number): ProviderCallback;
}
