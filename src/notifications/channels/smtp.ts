import { createTransport, type SendMailOptions } from "nodemailer";
import type { DeliveryResult } from "../channel.ts";
import { resultOfMailError } from "./mail-errors.ts";

/** Takes mails to a server. */
export interface MailCarrier {
  /** @throws for bugs only. */
  send(mail: SendMailOptions): Promise<DeliveryResult>;
  close(): void;
}

export interface SmtpLimits {
  readonly connectionsMax: number;
  /** Names, connection and TLS; and then the server's greeting. */
  readonly connectMsMax: number;
  readonly silenceMsMax: number;
  /** From the first step to the last answer. */
  readonly deliveryMsMax: number;
}

export const SMTP_LIMITS: SmtpLimits = {
  connectionsMax: 5,
  connectMsMax: 10_000,
  silenceMsMax: 20_000,
  deliveryMsMax: 30_000,
};

const SUBMISSION_PORT = 587;
const SUBMISSIONS_PORT = 465;
const MAILS_PER_CONNECTION_MAX = 100;

/**
 * `required`: without TLS, or with a certificate that is not trusted, nothing is sent, no password either.
 * `optional`: where the server offers it. `unneeded`: what is said does not leave this machine.
 */
export type TlsRule = "required" | "optional" | "unneeded";

/**
 * SMTP with a few connections that are kept open.
 * @param options.url `smtp://` (STARTTLS) or `smtps://`, with `user:password@` in percent-encoding where it asks for one
 */
export function createSmtpCarrier(options: {
  readonly url: string;
  readonly tls: TlsRule;
  readonly limits?: SmtpLimits;
}): MailCarrier {
  const { tls, limits = SMTP_LIMITS } = options;
  const transport = createTransport({
    pool: true,
    ...serverOf(new URL(options.url)),
    requireTLS: tls === "required",
    ignoreTLS: tls === "unneeded",
    maxConnections: limits.connectionsMax,
    maxMessages: MAILS_PER_CONNECTION_MAX,
    // Attempts are counted by who asks for them.
    maxRequeues: 0,
    connectionTimeout: limits.connectMsMax,
    greetingTimeout: limits.connectMsMax,
    dnsTimeout: limits.connectMsMax,
    socketTimeout: limits.silenceMsMax,
    // A mail is made of what it is given, never of files or addresses that something in it names.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    async send(mail) {
      try {
        const signal = AbortSignal.timeout(limits.deliveryMsMax);
        const { serverMessageId, messageId } = await transport.sendMail({ ...mail, signal });
        return { type: "delivered", ref: String(serverMessageId ?? messageId) };
      } catch (error) {
        return resultOfMailError(error);
      }
    },
    close: () => transport.close(),
  };
}

function serverOf({ protocol, hostname, port, username, password }: URL) {
  const secure = protocol === "smtps:";
  const user = decodeURIComponent(username);
  return {
    host: hostname.replace(/^\[|\]$/g, ""),
    port: port === "" ? (secure ? SUBMISSIONS_PORT : SUBMISSION_PORT) : Number(port),
    secure,
    ...(user === "" ? {} : { auth: { user, pass: decodeURIComponent(password) } }),
  };
}

/** What a server is told by: one on this machine (`localhost`, 127.0.0.0/8, ::1) needs no TLS. */
export function tlsRuleOf(url: string, configured: "required" | "optional"): TlsRule {
  const { hostname } = new URL(url);
  return /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/i.test(hostname) ? "unneeded" : configured;
}
