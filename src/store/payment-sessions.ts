import type { BookingId, EventId, PaymentId } from "../domain/ids.ts";
import { ms } from "./columns.ts";
import type { Queryable } from "./database.ts";

/** What a payment is to its provider. */
export interface PaymentSession {
  readonly paymentId: PaymentId;
  readonly eventId: EventId;
  readonly bookingId: BookingId;
  readonly provider: string;
  readonly token: string | null;
  readonly providerRef: string | null;
}

/** A session with what an order to the provider needs besides. */
export interface SessionDetails extends PaymentSession {
  /** What the actor knows of the payment. */
  readonly state: "open" | "captured" | "failed";
  readonly isCancelling: boolean;
  readonly amountMinor: number;
  /** Unix milliseconds. */
  readonly until: number;
  readonly currency: string;
  readonly eventNumber: number;
  readonly mayBuyTickets: boolean;
}

/** Opens a session before the command is sent that asks for the payment: the token is in no mailbox and no ledger. */
export async function openSession(
  db: Queryable,
  session: Omit<PaymentSession, "providerRef">,
): Promise<void> {
  const { paymentId, eventId, bookingId, provider, token } = session;
  await db.query({
    name: "payment-session-open",
    text: `insert into payment_session (payment_id, event_id, booking_id, provider, token) values ($1, $2, $3, $4, $5)
           on conflict (payment_id) do nothing`,
    values: [paymentId, eventId, bookingId, provider, token],
  });
}

/** Forgets a session, token and all, because no payment came of it. */
export async function discardSession(db: Queryable, paymentId: PaymentId): Promise<void> {
  await db.query({
    name: "payment-session-discard",
    text: `delete from payment_session s where s.payment_id = $1
              and not exists (select 1 from payment p where p.event_id = s.event_id and p.id = s.payment_id)`,
    values: [paymentId],
  });
}

export async function sessionDetails(
  db: Queryable,
  eventId: EventId,
  paymentId: PaymentId,
): Promise<SessionDetails | null> {
  const { rows } = await db.query<SessionDetails>({
    name: "payment-session-details",
    text: `select p.id as "paymentId", p.event_id as "eventId", p.booking_id as "bookingId", p.provider, s.token,
                  s.provider_ref as "providerRef", p.state, p.is_cancelling as "isCancelling",
                  p.amount_minor as "amountMinor", ${ms("p.until")} as until, e.currency, e.number as "eventNumber",
                  e.status = 'active' and (b.status = 'expired' or b.status = 'pending' and b.payment_id = p.id)
                    as "mayBuyTickets"
             from payment p join event e using (event_id) join booking b on b.event_id = p.event_id and b.id = p.booking_id
             left join payment_session s on s.payment_id = p.id
            where p.event_id = $1 and p.id = $2`,
    values: [eventId, paymentId],
  });
  return rows[0] ?? null;
}

/** Writes down what the provider answered; the token has done its service. */
export async function recordAnswer(
  db: Queryable,
  answer: {
    readonly paymentId: PaymentId;
    readonly providerRef: string | null;
    readonly checkoutUrl: string | null;
    readonly clientSecret: string | null;
    /** A call-back tells something while the answer to the token may still be on its way. */
    readonly keepsToken: boolean;
  },
): Promise<void> {
  const { paymentId, providerRef, checkoutUrl, clientSecret, keepsToken } = answer;
  await db.query({
    name: "payment-session-answer",
    text: `update payment_session
              set token = case when $5 then token end, provider_ref = coalesce($2, provider_ref), checkout_url = coalesce($3, checkout_url),
                  client_secret = coalesce($4, client_secret)
            where payment_id = $1`,
    values: [paymentId, providerRef, checkoutUrl, clientSecret, keepsToken],
  });
}

/** Which payment a provider means by its own reference. */
export async function sessionByRef(
  db: Queryable,
  provider: string,
  providerRef: string,
): Promise<PaymentSession | null> {
  const { rows } = await db.query<PaymentSession>({
    name: "payment-session-by-ref",
    text: `select payment_id as "paymentId", event_id as "eventId", booking_id as "bookingId", provider, token,
                  provider_ref as "providerRef"
             from payment_session where provider = $1 and provider_ref = $2`,
    values: [provider, providerRef],
  });
  return rows[0] ?? null;
}
