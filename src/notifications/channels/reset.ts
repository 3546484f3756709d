import type { Message } from "../channel.ts";
import { type Reset, resetLinkOf } from "../templates/reset.ts";
import type { EmailPorts } from "./ports.ts";

export interface ResetPorts extends Pick<EmailPorts, "resetTokenOf"> {
  /** Where the API is reached. */
  readonly publicUrl: string;
  /** The page that takes a code and a new password; null: the mail carries the code alone. */
  readonly resetPageUrl: string | null;
}

/** How a password is reset with this message; null where it is about something else. */
export function resetOf({ kind, data }: Message, ports: ResetPorts): Reset | null {
  const { reset_id: resetId } = data;
  if (kind !== "password_reset" || typeof resetId !== "string") return null;
  const { resetTokenOf, resetPageUrl, publicUrl } = ports;
  const address = `${publicUrl.replace(/\/+$/, "")}/api/v1/auth/reset-password`;
  return { code: resetTokenOf(resetId), pageUrl: resetPageUrl, address };
}

/** What a log line has in place of the mail: the link, or the code and where to send it. */
export function resetFieldsOf(message: Message, ports: ResetPorts): Readonly<Record<string, string>> {
  const reset = resetOf(message, ports);
  if (reset === null) return {};
  const link = resetLinkOf(reset);
  return link === null ? { reset_code: reset.code, reset_at: reset.address } : { reset_link: link };
}
