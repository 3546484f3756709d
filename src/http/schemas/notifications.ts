import { z } from "zod";
import { CHANNELS } from "../../notifications/channel.ts";
import { CHOSEN_KINDS, MANDATORY_KINDS } from "../../notifications/kinds.ts";
import { otherNamesOf } from "../names.ts";
import { uuid } from "./bookings.ts";
import { pageFields } from "./lists.ts";
import { text } from "./text.ts";

const TITLE_LENGTH_MAX = 200;
const MESSAGE_LENGTH_MAX = 2_000;
const TYPE_LENGTH_MAX = 64;
const ENDPOINT_LENGTH_MAX = 1_024;

const channel = z.enum(CHANNELS);
const channels = z
  .array(channel)
  .min(1)
  .max(CHANNELS.length)
  .refine((names) => new Set(names).size === names.length, "must name each channel once");

const type = text(TYPE_LENGTH_MAX)
  .regex(/^[A-Za-z][A-Za-z0-9_.-]*$/, "must start with a letter and hold letters, digits, _ . - only")
  .refine(
    (name) => !(MANDATORY_KINDS as readonly string[]).includes(name),
    "is sent by the system only, never by hand",
  );

const words = {
  title: text(TITLE_LENGTH_MAX).optional(),
  message: text(MESSAGE_LENGTH_MAX),
  channels: channels.optional(),
};

export const sendBody = z.strictObject({ user_id: uuid, type: type.default("system_alert"), ...words });
export const broadcastBody = z.strictObject({ type: type.default("event_update"), ...words });

export const SEND_NAMES = otherNamesOf(sendBody, "notification");
export const BROADCAST_NAMES = otherNamesOf(broadcastBody, "notification");

const flag = z.enum(["true", "false", "1", "0"]).transform((value) => value === "true" || value === "1");

export const notificationListQuery = z.object({ ...pageFields, unread_only: flag.optional() });
export const deadLetterQuery = z.object(pageFields);

export const markBody = z
  .strictObject({ read: z.boolean().optional(), is_read: z.boolean().optional() })
  .refine(({ read, is_read }) => (read ?? is_read) !== undefined && (read ?? is_read) === (is_read ?? read), {
    path: ["read"],
    message: "is required: true or false",
  });

export const retryBody = z.strictObject({ channel: channel.optional() });

const choice = z.boolean().nullable().optional();
const kindChoice = z.strictObject({ websocket: choice, push: choice, email: choice, sms: choice });

export const preferencesBody = z.strictObject({
  preferences: z.strictObject(
    Object.fromEntries(CHOSEN_KINDS.map((kind) => [kind, kindChoice.nullable().optional()])),
  ),
});

const base64url = (bytes: number, what: string) =>
  z
    .string()
    .max(200)
    .regex(/^[A-Za-z0-9_-]+={0,2}$/, "must be base64url")
    .refine((value) => Buffer.from(value, "base64url").length === bytes, `must be ${what}`);

const POINT_BYTES = 65;
const AUTH_BYTES = 16;

const endpoint = text(ENDPOINT_LENGTH_MAX).refine(
  isPublicHttps,
  "must be the https address of a push service",
);

/** As a browser's `PushSubscription.toJSON()` gives it. */
export const subscriptionBody = z.strictObject({
  endpoint,
  expirationTime: z.number().nullable().optional(),
  keys: z.strictObject({
    p256dh: base64url(POINT_BYTES, "an uncompressed P-256 point (65 bytes)"),
    auth: base64url(AUTH_BYTES, "a secret of 16 bytes"),
  }),
});

export const unsubscribeBody = z.strictObject({ endpoint: text(ENDPOINT_LENGTH_MAX) });

/** Push services have names; an address in numbers would be somebody's own machine. Where it leads is looked at when it is used. */
function isPublicHttps(value: string): boolean {
  const url = URL.parse(value);
  if (url === null || url.protocol !== "https:" || url.username !== "" || url.password !== "") return false;
  return (
    /\.[a-z][a-z0-9-]*\.?$/i.test(url.hostname) && !/(^|\.)(localhost|local|internal)\.?$/i.test(url.hostname)
  );
}
