import type pg from "pg";
import type { Channel, Message } from "../notifications/channel.ts";
import { EmailChannel, unreachableByMail } from "../notifications/channels/email.ts";
import { LoggedChannel } from "../notifications/channels/logged.ts";
import { type MailSender, readMailSender } from "../notifications/channels/mail-address.ts";
import type { EmailPorts } from "../notifications/channels/ports.ts";
import { PushChannel } from "../notifications/channels/push.ts";
import { type ResetPorts, resetFieldsOf } from "../notifications/channels/reset.ts";
import { SmsChannel, unreachableBySms } from "../notifications/channels/sms.ts";
import { createSmtpCarrier, tlsRuleOf } from "../notifications/channels/smtp.ts";
import {
  checkedVapidKeys,
  generateVapidKeys,
  readVapidKeys,
  type VapidKeys,
} from "../notifications/channels/vapid.ts";
import type { Config } from "../ops/config.ts";
import type { GuardedFetch } from "../ops/guarded-fetch.ts";
import type { Log } from "../ops/log.ts";
import { sharedSetting } from "../store/settings.ts";

export interface ChannelOptions extends EmailPorts {
  readonly config: Config;
  readonly log: Log;
  readonly vapid: VapidKeys;
  /** Reaches the addresses that browsers name for their pushes. */
  readonly fetch: Pick<GuardedFetch, "send">;
  /** What requests to services say of the trace that they are part of. */
  readonly traceHeaders: () => Readonly<Record<string, string>>;
}

/** What a name of who sends is made of where none is configured. */
const BRAND = "Evently";
const MAIL_OF_NOBODY = "admin@evently.local";

/** The keys that pushes are signed with: configured, or generated once and the same for all processes from then on. */
export async function vapidKeys(options: {
  readonly config: Config;
  readonly pool: pg.Pool;
}): Promise<VapidKeys> {
  const { VAPID_PUBLIC_KEY: publicKey, VAPID_PRIVATE_KEY: privateKey } = options.config;
  if (publicKey !== null && privateKey !== null) return checkedVapidKeys({ publicKey, privateKey });
  return readVapidKeys(await sharedSetting(options.pool, "vapid_keys", generateVapidKeys));
}

/** E-mail, Web Push and SMS as this installation has them; what it has not writes to the log instead. */
export function composeChannels(options: ChannelOptions): readonly Channel[] {
  return [composePush(options), composeEmail(options), composeSms(options)];
}

function composeEmail(options: ChannelOptions): Channel {
  const { config, log, documentsOf, eventOf } = options;
  const from = senderOf(config);
  if (config.SMTP_URL === null || from === null) return loggedEmail(options);
  const { SMTP_URL: url, SMTP_TLS } = config;
  return new EmailChannel({
    carrier: createSmtpCarrier({ url, tls: tlsRuleOf(url, SMTP_TLS) }),
    from,
    brand: brandOf(config),
    ...resetPorts(options),
    log,
    documentsOf,
    eventOf,
  });
}

/** Without mails nobody could reset a password: outside of production the log has what the mail would have had. */
function loggedEmail(options: ChannelOptions): Channel {
  const more =
    options.config.NODE_ENV === "production"
      ? {}
      : { secretsOf: (message: Message) => resetFieldsOf(message, resetPorts(options)) };
  return new LoggedChannel({ name: "email", ...logging(options), ...more, unreachable: unreachableByMail });
}

function resetPorts({ config, resetTokenOf }: ChannelOptions): ResetPorts {
  const publicUrl = config.PUBLIC_URL ?? `http://127.0.0.1:${config.PORT}`;
  return { publicUrl, resetPageUrl: config.PASSWORD_RESET_URL, resetTokenOf };
}

function composePush({ config, vapid, fetch, traceHeaders }: ChannelOptions): Channel {
  const traced: typeof fetch = {
    send: (request) => fetch.send({ ...request, headers: { ...traceHeaders(), ...request.headers } }),
  };
  return new PushChannel({ fetch: traced, vapid, subject: vapidSubjectOf(config), now: Date.now });
}

function composeSms(options: ChannelOptions): Channel {
  const { SMS_API_URL, SMS_ACCOUNT_SID, SMS_AUTH_TOKEN, SMS_FROM } = options.config;
  if (SMS_ACCOUNT_SID === null || SMS_AUTH_TOKEN === null || SMS_FROM === null)
    return new LoggedChannel({ name: "sms", ...logging(options), unreachable: unreachableBySms });
  return new SmsChannel({
    apiUrl: SMS_API_URL,
    accountSid: SMS_ACCOUNT_SID,
    authToken: SMS_AUTH_TOKEN,
    from: SMS_FROM,
    brand: brandOf(options.config),
    now: Date.now,
    headers: options.traceHeaders,
  });
}

/** Texts are personal: the log of a developer may have them, no other. */
function logging({ config, log }: ChannelOptions) {
  return { log, showsText: config.NODE_ENV === "development" };
}

function senderOf({ MAIL_FROM }: Config): MailSender | null {
  if (MAIL_FROM === null) return null;
  const sender = readMailSender(MAIL_FROM);
  if (sender === null) throw new Error("MAIL_FROM is no address that mails can come from");
  return sender;
}

function brandOf(config: Config): string {
  return senderOf(config)?.name || BRAND;
}

function vapidSubjectOf(config: Config): string {
  const { VAPID_SUBJECT, PUBLIC_URL } = config;
  if (VAPID_SUBJECT !== null) return VAPID_SUBJECT;
  if (PUBLIC_URL?.startsWith("https:")) return PUBLIC_URL;
  return `mailto:${senderOf(config)?.address ?? MAIL_OF_NOBODY}`;
}
