import type { DeliveryResult } from "../channel.ts";
import { oneLine } from "../templates/plain.ts";

const REASON_LENGTH_MAX = 200;
const ADDRESSES = /<?[^\s<>]+@[^\s<>]+>?/g;

/** What nodemailer says of a mail that was not taken. */
interface MailError extends Error {
  readonly code: string;
  readonly command?: string;
  readonly response?: string;
  readonly responseCode?: number;
  /** Every 5yz but 503, which is about the session and not about the mail. */
  readonly permanent?: boolean;
}

/** Of a step that goes wrong for everybody: the server, its certificate, our login. */
const OF_CARRIER = new Set([
  "EABORT",
  "EAUTH",
  "ECONNECTION",
  "EDNS",
  "EENVELOPE",
  "EMAXLIMIT",
  "EMESSAGE",
  "ENOAUTH",
  "EPROTOCOL",
  "ESOCKET",
  "ETIMEDOUT",
  "ETLS",
]);

/**
 * What became of a mail that threw. A lasting "no" (5yz, RFC 5321 4.2.1) to the recipient or to the content is final.
 * One to our login, our sender or our connection is not: whoever runs this installation can put that right.
 * @throws what is no error of carrying mail.
 */
export function resultOfMailError(error: unknown): DeliveryResult {
  if (!isMailError(error)) throw error;
  const isAboutMail = error.command === "RCPT TO" || error.command === "DATA";
  const reason = reasonOf(error);
  if (error.permanent === true && isAboutMail) return { type: "refused", reason };
  return { type: "failed", reason, retryAfterMs: null };
}

function isMailError(error: unknown): error is MailError {
  return error instanceof Error && "code" in error && OF_CARRIER.has(String(error.code));
}

/** Servers repeat the address in what they say, and sometimes the login: neither belongs into an audit trail. */
function reasonOf({ code, command, response }: MailError): string {
  if (code === "EABORT") return "the mail server took too long";
  const step = command === undefined ? "" : ` to ${command}`;
  if (response === undefined) return `the mail server was not reached: ${code}`;
  const isOfLogin = code === "EAUTH";
  const said = isOfLogin ? (/^\d{3}/.exec(response)?.[0] ?? "no") : response.replace(ADDRESSES, "<address>");
  return oneLine(`the mail server answered${isOfLogin ? " our login" : step}: ${said}`, REASON_LENGTH_MAX);
}
