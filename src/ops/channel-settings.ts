import { z } from "zod";

/** The settings of how people are reached: mail, pushes, text messages. Spread into the configuration's schema. */
const optional = <T extends z.ZodType<string>>(text: T) =>
  text.optional().transform((value) => value ?? null);

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/i;
const MAILBOX = /[^\s<>()[\]\\,;:@"]+@[^\s<>()[\]\\,;:@"]+/.source;
const MAIL_SENDER = new RegExp(`^(?:[^<>\\r\\n]*<${MAILBOX}>|${MAILBOX})$`);
const SMS_SENDER = /^(?:\+[1-9]\d{2,14}|\d{3,8}|MG[0-9a-f]{32}|[A-Za-z0-9 ]{1,11})$/;

const isSmtpUrl = (text: string) => {
  const url = URL.parse(text);
  return url !== null && /^smtps?:$/.test(url.protocol) && url.hostname !== "";
};
/** Secrets go along with every request: they leave this machine encrypted or not at all. */
const isSafeUrl = (text: string) => {
  const url = URL.parse(text);
  return url?.protocol === "https:" || (url?.protocol === "http:" && LOOPBACK.test(url.hostname));
};
const isVapidSubject = (text: string) => /^(mailto:[^\s@]+@[^\s@]+|https:\/\/\S+)$/.test(text);

export const CHANNEL_SETTINGS = {
  SMTP_URL: optional(
    z.string().refine(isSmtpUrl, "an address such as smtp://user:password@mail.example.com"),
  ),
  SMTP_TLS: z.enum(["required", "optional"]).default("required"),
  MAIL_FROM: optional(z.string().regex(MAIL_SENDER, "such as Evently <tickets@example.com>")),
  PASSWORD_RESET_URL: optional(z.string().refine(isSafeUrl, "the https address of a page")),
  VAPID_PUBLIC_KEY: optional(z.string().regex(/^[\w-]{87}$/, "a P-256 point in base64url, 87 characters")),
  VAPID_PRIVATE_KEY: optional(z.string().regex(/^[\w-]{43}$/, "a P-256 key in base64url, 43 characters")),
  VAPID_SUBJECT: optional(z.string().refine(isVapidSubject, "mailto:you@example.com, or an https address")),
  SMS_API_URL: z
    .string()
    .refine(isSafeUrl, "an https address such as https://api.twilio.com")
    .default("https://api.twilio.com"),
  SMS_ACCOUNT_SID: optional(z.string().regex(/^\w{2,64}$/, "letters and digits, such as AC…")),
  SMS_AUTH_TOKEN: optional(z.string().min(16, "at least 16 characters")),
  SMS_FROM: optional(z.string().regex(SMS_SENDER, "a number such as +15005550006, a name, or MG…")),
} as const;

const GROUPS = [
  ["SMTP_URL", "MAIL_FROM"],
  ["VAPID_PUBLIC_KEY", "VAPID_PRIVATE_KEY"],
  ["SMS_ACCOUNT_SID", "SMS_AUTH_TOKEN", "SMS_FROM"],
] as const;

/** What is wrong between the settings, as they were given: a group that is set in part. */
export function channelProblems(given: Readonly<Record<string, string | undefined>>): string[] {
  return GROUPS.flatMap((group) => {
    const missing = group.filter((name) => given[name] === undefined);
    if (missing.length === 0 || missing.length === group.length) return [];
    return [`${group.join(", ")}: set all of them or none; missing: ${missing.join(", ")}`];
  });
}
