import { z } from "zod";
import { retryAfterMs } from "../../ops/retry-after.ts";
import type { Channel, DeliveryResult, Message, Recipient } from "../channel.ts";
import { ruleOf } from "../kinds.ts";
import { smsTextOf } from "./sms-text.ts";

export interface SmsOptions {
  /** Such as https://api.twilio.com. */
  readonly apiUrl: string;
  readonly accountSid: string;
  readonly authToken: string;
  /** A number, a name, or a messaging service ("MG…"). */
  readonly from: string;
  /** What a text begins with. */
  readonly brand: string;
  readonly now: () => number;
  /** What requests carry besides, such as the trace that they are part of. */
  readonly headers?: () => Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
}

const SMS_MS_MAX = 10_000;
/** E.164. */
const NUMBER = /^\+[1-9]\d{6,14}$/;
/** Codes of a 400 that are about our own number, name or account: whoever runs this installation can put that right. */
const OF_SENDER = new Set([21212, 21603, 21606, 21611, 21659, 21660, 21661, 21701, 21702, 21703, 21705]);

const replySchema = z.object({ sid: z.string().optional(), code: z.number().optional() });
type Reply = z.output<typeof replySchema>;

/** Why text messages do not lead to somebody; null: they do. */
export function unreachableBySms({ phone }: Recipient): string | null {
  if (phone === null) return "no telephone number is known";
  return numberOf(phone) === null ? "the telephone number is not international, such as +1234567890" : null;
}

/**
 * Text messages over Twilio's HTTP interface (https://www.twilio.com/docs/messaging/api/message-resource), which others
 * offer, too. It knows no idempotency: where an answer is lost, another attempt may send the text twice.
 */
export class SmsChannel implements Channel {
  readonly name = "sms";
  readonly #options: SmsOptions;

  constructor(options: SmsOptions) {
    this.#options = options;
  }

  async deliver(message: Message, recipient: Recipient): Promise<DeliveryResult> {
    if (ruleOf(message.kind).isInternal === true)
      return { type: "unreachable", reason: "this kind is told by e-mail only" };
    const reason = unreachableBySms(recipient);
    if (reason !== null) return { type: "unreachable", reason };
    const { brand, now } = this.#options;
    const To = numberOf(recipient.phone ?? "") ?? "";
    try {
      const answer = await this.#post({ To, Body: smsTextOf(brand, message.text || message.title) });
      return resultOf(answer, await replyOf(answer), now());
    } catch (error) {
      return {
        type: "failed",
        reason: `the SMS service was not reached: ${faultOf(error)}`,
        retryAfterMs: null,
      };
    }
  }

  #post(form: Readonly<Record<string, string>>): Promise<Response> {
    const { apiUrl, accountSid, authToken, from, headers, timeoutMs = SMS_MS_MAX } = this.#options;
    const sender = from.startsWith("MG") ? { MessagingServiceSid: from } : { From: from };
    const credentials = Buffer.from(`${accountSid}:${authToken}`).toString("base64");
    const account = encodeURIComponent(accountSid);
    return fetch(`${apiUrl.replace(/\/+$/, "")}/2010-04-01/Accounts/${account}/Messages.json`, {
      method: "POST",
      headers: { ...headers?.(), authorization: `Basic ${credentials}`, accept: "application/json" },
      body: new URLSearchParams({ ...sender, ...form }),
      // A redirect would carry the number, and is no answer of this interface.
      redirect: "manual",
      signal: AbortSignal.timeout(timeoutMs),
    });
  }
}

/** As people write numbers, with spaces, dots, dashes and brackets; null where it is not international. */
function numberOf(phone: string): string | null {
  const digits = phone.replace(/[\s().\-/]/g, "").replace(/^00/, "+");
  return NUMBER.test(digits) ? digits : null;
}

/** Whatever stands between may answer in a form of its own: then the status is all there is. */
async function replyOf(answer: Response): Promise<Reply> {
  const text = await answer.text();
  try {
    return replySchema.parse(JSON.parse(text));
  } catch {
    return {};
  }
}

/** The service's own words repeat the number; its code says the same. */
function resultOf({ status, headers, ok }: Response, { sid, code }: Reply, nowMs: number): DeliveryResult {
  if (ok) return { type: "delivered", ref: sid ?? null };
  const reason = `the SMS service answered ${status}${code === undefined ? "" : `, code ${code}`}`;
  const isFinal = status === 400 && !OF_SENDER.has(code ?? 0);
  if (isFinal) return { type: "refused", reason };
  return { type: "failed", reason, retryAfterMs: retryAfterMs(headers.get("retry-after"), nowMs) };
}

function faultOf(error: unknown): string {
  if (!(error instanceof Error)) throw error;
  if (error.name === "TimeoutError") return "no answer in time";
  const { cause } = error;
  return cause instanceof Error && "code" in cause ? String(cause.code) : error.name;
}
