import type { SendMailOptions } from "nodemailer";
import { Fault } from "../../ops/fault.ts";
import type { Log } from "../../ops/log.ts";
import type { Channel, DeliveryResult, Message, Recipient } from "../channel.ts";
import { kindOf, ruleOf } from "../kinds.ts";
import { htmlOf } from "../templates/html-layout.ts";
import { oneLine } from "../templates/plain.ts";
import { textOf } from "../templates/text-layout.ts";
import { writeLetter } from "../templates/write-letter.ts";
import { attachmentsOf } from "./attachments.ts";
import { isMailAddress, type MailSender } from "./mail-address.ts";
import type { EmailPorts, TicketFiles } from "./ports.ts";
import { type ResetPorts, resetOf } from "./reset.ts";
import type { MailCarrier } from "./smtp.ts";

export interface EmailOptions extends EmailPorts, ResetPorts {
  readonly carrier: MailCarrier;
  readonly from: MailSender;
  /** Who writes, as the mails call it. */
  readonly brand: string;
  readonly log: Log;
}

const NAME_LENGTH_MAX = 80;

/** Why mail does not lead to somebody; null: it does. */
export function unreachableByMail({ email }: Recipient): string | null {
  return isMailAddress(email) ? null : "the e-mail address is not usable";
}

/** Mails, as HTML and as text. A notification's mail has the same Message-ID each time it is tried. */
export class EmailChannel implements Channel {
  readonly name = "email";
  readonly #options: EmailOptions;

  constructor(options: EmailOptions) {
    this.#options = options;
  }

  async deliver(message: Message, recipient: Recipient): Promise<DeliveryResult> {
    const reason = unreachableByMail(recipient);
    if (reason !== null) return { type: "unreachable", reason };
    let mail: SendMailOptions;
    try {
      mail = await this.#mailOf(message, recipient);
    } catch (error) {
      return this.#unwritten(message, error);
    }
    return await this.#options.carrier.send(mail);
  }

  close(): void {
    this.#options.carrier.close();
  }

  /** The mail waits for what could not be had now, such as tickets that were not drawn. */
  #unwritten({ notificationId, kind }: Message, error: unknown): DeliveryResult {
    const reason = "the mail could not be written";
    if (error instanceof Fault)
      return { type: "failed", reason: `${reason}: ${error.message}`, retryAfterMs: error.retryAfterMs };
    const fields = { error: String(error), notification_id: notificationId, kind };
    this.#options.log.error(fields, "a mail could not be written");
    return { type: "failed", reason, retryAfterMs: null };
  }

  async #mailOf(message: Message, recipient: Recipient): Promise<SendMailOptions> {
    const { from, brand, eventOf } = this.#options;
    const [event, files] = await Promise.all([
      message.eventId === null ? null : eventOf(message.eventId),
      this.#filesOf(message),
    ]);
    const letter = writeLetter(message, recipient, {
      brand,
      event,
      hasTickets: files !== null,
      reset: resetOf(message, this.#options),
    });
    return {
      from,
      to: { name: oneLine(recipient.name, NAME_LENGTH_MAX), address: recipient.email },
      // Said apart from the headers, so that nothing in them can name anybody else.
      envelope: { from: from.address, to: recipient.email },
      subject: letter.subject,
      text: textOf(letter),
      html: htmlOf(letter),
      messageId: messageIdOf(message, from),
      date: new Date(message.createdAt),
      headers: headersOf(message, from),
      attachments: files === null ? [] : attachmentsOf(files),
    };
  }

  async #filesOf({ kind, data }: Message): Promise<TicketFiles | null> {
    const { booking_id: bookingId } = data;
    if (kind !== "booking_confirmed" || typeof bookingId !== "string") return null;
    return await this.#options.documentsOf(bookingId);
  }
}

/** RFC 5322, 3.6.4. */
function messageIdOf({ notificationId }: Message, { address }: MailSender): string {
  return `<${notificationId}@${address.slice(address.lastIndexOf("@") + 1)}>`;
}

/** Auto-Submitted (RFC 3834) keeps holiday notes away; List-Unsubscribe (RFC 2369) stands where there is a choice. */
function headersOf({ kind }: Message, { address }: MailSender): Record<string, string> {
  const headers = { "Auto-Submitted": "auto-generated" };
  if (ruleOf(kind).isMandatory === true) return headers;
  const subject = encodeURIComponent(`unsubscribe ${kindOf(kind)}`);
  return { ...headers, "List-Unsubscribe": `<mailto:${address}?subject=${subject}>` };
}
