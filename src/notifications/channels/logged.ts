import type { Log } from "../../ops/log.ts";
import type { Channel, ChannelName, DeliveryResult, Message, Recipient } from "../channel.ts";

/**
 * Stands in for a channel that is not configured: one line in the log, with ids only. For development the line has
 * the text, too.
 */
export class LoggedChannel implements Channel {
  readonly name: ChannelName;
  readonly isLocal = true;
  readonly #log: Log;
  readonly #showsText: boolean;
  readonly #secretsOf: (message: Message) => Readonly<Record<string, string>>;
  readonly #unreachable: (recipient: Recipient) => string | null;

  constructor(options: {
    readonly name: ChannelName;
    readonly log: Log;
    readonly showsText: boolean;
    /** What only the one who reads the message may know, and without which it is of no use; never in production. */
    readonly secretsOf?: (message: Message) => Readonly<Record<string, string>>;
    /** Why the channel would not lead to somebody if it were configured; null: it would. */
    readonly unreachable: (recipient: Recipient) => string | null;
  }) {
    this.name = options.name;
    this.#log = options.log;
    this.#showsText = options.showsText;
    this.#secretsOf = options.secretsOf ?? (() => ({}));
    this.#unreachable = options.unreachable;
  }

  async deliver(message: Message, recipient: Recipient): Promise<DeliveryResult> {
    const reason = this.#unreachable(recipient);
    if (reason !== null) return { type: "unreachable", reason };
    const { notificationId, kind, title, text } = message;
    const ids = { notification_id: notificationId, kind, channel: this.name, user_id: recipient.userId };
    const shown = this.#showsText ? { ...ids, title, text } : ids;
    this.#log.info({ ...shown, ...this.#secretsOf(message) }, "not sent: the channel is not configured");
    return { type: "logged" };
  }
}
