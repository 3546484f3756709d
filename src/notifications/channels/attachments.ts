import type { SendMailOptions } from "nodemailer";
import { oneLine } from "../templates/plain.ts";
import type { TicketFiles } from "./ports.ts";

const FILE_NAME_LENGTH_MAX = 80;

/** The tickets to be printed or shown, and the event for a calendar. */
export function attachmentsOf({
  pdf,
  ics,
  fileName,
}: TicketFiles): NonNullable<SendMailOptions["attachments"]> {
  const name = stemOf(fileName);
  return [
    { filename: `${name}.pdf`, content: pdf, contentType: "application/pdf" },
    { filename: `${name}.ics`, content: ics, contentType: "text/calendar; charset=utf-8; method=PUBLISH" },
  ];
}

function stemOf(fileName: string): string {
  const plain = oneLine(fileName, FILE_NAME_LENGTH_MAX).replace(/\.(pdf|ics)$/i, "");
  return plain.replace(/[/\\:*?"<>|]/g, "-") || "tickets";
}
