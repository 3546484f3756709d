const ADDRESS_LENGTH_MAX = 254;
/** One mailbox, and nothing that could name another or leave its header: RFC 5321's dot-string, with UTF-8 (RFC 6531). */
const ADDRESS = /^[^\s\p{Cc}<>()[\]\\,;:@"]+@[^\s\p{Cc}<>()[\]\\,;:@"]+$/u;

/** Whether an address is one mailbox that a mail can be sent to. */
export function isMailAddress(text: string): boolean {
  return text.length <= ADDRESS_LENGTH_MAX && text.isWellFormed() && ADDRESS.test(text);
}

/** Who mails come from. */
export interface MailSender {
  /** As people see it. */
  readonly name: string;
  readonly address: string;
}

/** Reads `Evently <tickets@example.com>` or an address alone; null where it is neither. */
export function readMailSender(text: string): MailSender | null {
  const [, name = "", address = text.trim()] = /^\s*"?([^"<>\r\n]*?)"?\s*<([^<>]+)>\s*$/.exec(text) ?? [];
  return isMailAddress(address) ? { name: name.trim(), address } : null;
}
