import { decimalsOf } from "../../domain/money.ts";
import type { Message } from "../channel.ts";
import { oneLine } from "./plain.ts";

/** The event that a message is about, as mails tell of it. */
export interface EventCard {
  readonly name: string;
  readonly venue: string;
  /** Unix milliseconds. */
  readonly startsAt: number;
}

/** What letters are made of, each in words for people; null where the message does not say. */
export interface Particulars {
  readonly event: string | null;
  readonly venue: string | null;
  readonly startsAt: string | null;
  readonly reference: string | null;
  readonly quantity: string | null;
  readonly tier: string | null;
  readonly total: string | null;
  readonly refund: string | null;
  readonly expiresAt: string | null;
  readonly position: string | null;
}

const VALUE_LENGTH_MAX = 300;

/** Its parts are put together here: between them, ICU's versions write different things. */
const DAY_AND_TIME = new Intl.DateTimeFormat("en-GB", {
  weekday: "long",
  day: "numeric",
  month: "long",
  year: "numeric",
  hour: "2-digit",
  minute: "2-digit",
  hourCycle: "h23",
  timeZone: "UTC",
});

/** Reads a message's data, which anybody may have written: what is of another type than expected is not there. */
export function particularsOf({ data }: Message, event: EventCard | null): Particulars {
  const currency = textOf(data.currency);
  return {
    event: event === null ? textOf(data.event_name) : textOf(event.name),
    venue: event === null ? textOf(data.venue) : textOf(event.venue),
    startsAt: event === null ? timeOf(data.event_date) : timeOf(event.startsAt),
    reference: textOf(data.booking_reference),
    quantity: countOf(data.quantity),
    tier: textOf(data.tier),
    total: amountOf(data.total_amount, currency),
    refund: amountOf(data.refund_amount, currency),
    expiresAt: timeOf(data.expires_at),
    position: countOf(data.position),
  };
}

function textOf(value: unknown): string | null {
  const text = typeof value === "string" ? oneLine(value, VALUE_LENGTH_MAX) : "";
  return text === "" ? null : text;
}

function countOf(value: unknown): string | null {
  return typeof value === "number" && Number.isSafeInteger(value) && value > 0 ? String(value) : null;
}

/** "Wednesday, 1 May 2030, 19:00 UTC", of an ISO time or Unix milliseconds. */
function timeOf(value: unknown): string | null {
  if (typeof value !== "string" && typeof value !== "number") return null;
  const time = new Date(value);
  if (Number.isNaN(time.getTime())) return null;
  const parts = DAY_AND_TIME.formatToParts(time).map(({ type, value: text }) => [type, text]);
  const { weekday, day, month, year, hour, minute } = Object.fromEntries(parts);
  return `${weekday}, ${day} ${month} ${year}, ${hour}:${minute} UTC`;
}

/** "40.00 USD": the code, because a sign is that of many currencies. Null where nothing is paid. */
function amountOf(value: unknown, currency: string | null): string | null {
  if (typeof value !== "number" || !Number.isFinite(value) || value <= 0 || currency === null) return null;
  return `${value.toFixed(decimalsOf(currency))} ${currency}`;
}
