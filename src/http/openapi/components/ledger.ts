import { z } from "zod";
import { count, currency, named, time, uuid } from "./scalars.ts";

const digest = named("5feceb66ffc86f38d952786c6d696c79c2dbc239dd4e91b46729d73a27fb57e9").meta({
  description: "SHA-256, in hexadecimal",
});
const minor = z
  .int()
  .meta({ description: "In the smallest units of the currency: a whole number", examples: [4950] });
const fact = z.looseObject({ type: named("BookingConfirmed") });

const entry = z
  .strictObject({
    seq: count,
    command_id: uuid,
    type: named("BookingConfirmed").meta({ description: "Of the first outcome" }),
    decided_at: time,
    command: fact.meta({ description: "What was asked for" }),
    outcomes: z.array(fact).meta({ description: "What came of it; the first is the answer" }),
    digest,
    previous_digest: digest.nullable().meta({ description: "Null before the first" }),
  })
  .meta({ id: "LedgerEntry" });

export const ledgerPage = z
  .strictObject({
    event_id: uuid,
    entries: z.array(entry),
    next_after: count.meta({ description: "What to send as `after` next" }),
    head_seq: count.meta({ description: "The number of the last entry" }),
    head_digest: digest,
    has_more: z.boolean(),
  })
  .meta({ id: "LedgerPage" });

const tickets = {
  capacity: count,
  sold: count.meta({ description: "Of confirmed bookings" }),
  sold_minor: minor.meta({ description: "What these cost when they were booked, in the smallest units" }),
  held: count.meta({ description: "Kept for buyers who have not decided yet" }),
  cancelled: count.meta({ description: "Sold and given back" }),
  refunded: count.meta({ description: "Of the cancelled ones, those given back for money" }),
  refused: count.meta({
    description:
      "Of requests that were refused. Those turned away before they were let into the line are not counted",
  }),
};

const statement = z
  .strictObject({
    event_id: uuid,
    event_number: z.int().min(1),
    event: named("Night Concert"),
    currency,
    status: z.enum(["active", "cancelled", "completed"]),
    sale_status: z.enum(["scheduled", "open", "closed"]),
    final: z.boolean().meta({ description: "Nothing is sold any more, and nobody has tickets on hold" }),
    says: named("Not final: the sale has not ended."),
    as_of: z
      .strictObject({ seq: count, decided_at: time, digest })
      .meta({ description: "The last entry it is of" }),
    tiers: z.array(z.strictObject({ tier: named("General"), price_minor: minor, ...tickets })),
    tickets: z.strictObject(tickets),
    refusals: z.array(
      z.strictObject({ reason: named("SeatsExceedAvailable"), requests: count, tickets: count }),
    ),
    money: z.strictObject({ captured_minor: minor, refunded_minor: minor, refunds_owed_minor: minor }),
    issued_at: time,
    key_id: named("90facafe"),
  })
  .meta({ id: "Statement" });

export const signedStatement = z
  .strictObject({
    format: z.literal("EVS1"),
    statement,
    signature: named("m9Q7c0Jg…").meta({ description: "Ed25519, in base64url" }),
  })
  .meta({ id: "SignedStatement" });
