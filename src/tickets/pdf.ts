import PDFDocument from "pdfkit";
import { type FontFiles, isStandard, STANDARD_FACES } from "./fonts.ts";
import { printable } from "./printable.ts";
import { QUIET_MODULES, qrModules } from "./qr.ts";
import type { TicketSheet } from "./sheet.ts";
import { timeText } from "./time-text.ts";

type Document = InstanceType<typeof PDFDocument>;

/** Where a line of text goes, in points (1/72 inch) from the left and the top of a page. */
interface Box {
  readonly y: number;
  readonly height: number;
  readonly size: number;
  readonly face?: "regular" | "bold";
}

const PAGE = { size: "A4", margins: { top: 40, left: 56, right: 56, bottom: 0 } } as const;
const LEFT = 56;
const WIDTH = 483;
/** With its quiet zone: over 100 mm, so that it is read at arm's length. */
const QR_SIDE = 310;
const QR_TOP = 372;
/** More of a name than fits anywhere is not even measured. */
const NAME_LENGTH_MAX = 160;

const EVENT: Box = { y: 48, height: 92, size: 25, face: "bold" };
const TIME: Box = { y: 148, height: 34, size: 13 };
const VENUE: Box = { y: 188, height: 50, size: 13 };
const PLACE: Box = { y: 248, height: 52, size: 20, face: "bold" };
const HOLDER: Box = { y: 306, height: 18, size: 13 };
const BOOKING: Box = { y: 325, height: 18, size: 13 };
const NUMBER: Box = { y: 344, height: 18, size: 13 };
const TERMS: Box = { y: 700, height: 60, size: 9 };
const NOTE: Box = { y: 764, height: 30, size: 9 };

const TERMS_TEXT =
  "Admits one person, once: whoever comes first with this code is let in, so show it to nobody before. When a ticket is " +
  "handed on or exchanged in the booking system, this sheet is no longer valid and the new one is.";
const CANCELLED_TEXT = "This event is cancelled.";
const NOT_WHOLE_TEXT =
  'Characters shown as "?" cannot be printed with the fonts installed; the booking has them as they were given.';

/**
 * Tickets as a PDF, a page each, whatever stands in their texts.
 * @param fonts for letters that the standard faces have not got; without them those become a visible `?`
 */
export async function renderPdf(sheet: TicketSheet, fonts: FontFiles | null): Promise<Buffer> {
  const info = { Title: `Tickets ${sheet.reference}`, Creator: "Evently" };
  const document = new PDFDocument({ ...PAGE, autoFirstPage: false, info, lang: "en", displayTitle: true });
  const chunks: Buffer[] = [];
  document.on("data", (chunk: Buffer) => chunks.push(chunk));
  const ended = new Promise<void>((resolve, reject) => {
    document.on("end", resolve).on("error", reject);
  });
  if (fonts !== null) document.registerFont("regular", fonts.regular).registerFont("bold", fonts.bold);
  for (const ticket of sheet.tickets) drawTicket({ document, hasFonts: fonts !== null }, sheet, ticket);
  document.end();
  await ended;
  return Buffer.concat(chunks);
}

interface Paper {
  readonly document: Document;
  /** Whether there are faces beyond the standard ones. */
  readonly hasFonts: boolean;
}

function drawTicket(paper: Paper, sheet: TicketSheet, ticket: TicketSheet["tickets"][number]): void {
  const { where, startsAt, endsAt, isCancelled } = sheet;
  paper.document.addPage();
  const until = endsAt === null ? "" : ` – ${timeText(endsAt)}`;
  const tier = ticket.tier === null || ticket.tier === ticket.place ? "" : ` (${ticket.tier})`;
  const isWhole = [
    drawText(paper, EVENT, shortened(sheet.eventName)),
    drawText(paper, TIME, isCancelled ? CANCELLED_TEXT : `${timeText(startsAt)}${until}`),
    drawText(paper, VENUE, shortened(where.join(", "))),
    drawText(paper, PLACE, shortened(`${ticket.place}${tier}`)),
    drawText(paper, HOLDER, shortened(`Holder: ${sheet.holder}`)),
    drawText(paper, BOOKING, `Booking ${sheet.reference}`),
    drawText(paper, NUMBER, `Ticket ${ticket.ticketNumber}, one of ${sheet.quantity}`),
    drawText(paper, TERMS, TERMS_TEXT),
  ];
  if (isWhole.includes(false)) drawText(paper, NOTE, NOT_WHOLE_TEXT);
  drawQr(paper.document, ticket.code);
}

function shortened(name: string): string {
  return name.slice(0, NAME_LENGTH_MAX);
}

/** Writes into a box, cut where it is full. @returns whether every letter of it can be shown */
function drawText(
  { document, hasFonts }: Paper,
  { y, height, size, face = "regular" }: Box,
  given: string,
): boolean {
  let { text, isWhole } = printable(given, isStandard);
  document.font(STANDARD_FACES[face]);
  if (!isWhole && hasFonts) {
    document.font(face);
    ({ text, isWhole } = printable(given, shownBy(document)));
  }
  document.fontSize(size).fillColor("black");
  document.text(text, LEFT, y, { width: WIDTH, height, ellipsis: true });
  return isWhole;
}

/** Which code points the embedded face can show that was chosen last. */
function shownBy(document: Document): (codePoint: number) => boolean {
  const { font } = (document as unknown as { _font: { font: FontkitFont } })._font;
  return (codePoint) => font.hasGlyphForCodePoint(codePoint);
}

/** As much of fontkit as is asked here. */
interface FontkitFont {
  hasGlyphForCodePoint(codePoint: number): boolean;
}

/** As lines of rectangles, which are sharp on every printer; white below, where the quiet zone belongs to it. */
function drawQr(document: Document, code: string): void {
  const { size, data } = qrModules(code);
  const module = QR_SIDE / (size + 2 * QUIET_MODULES);
  const left = LEFT + (WIDTH - QR_SIDE) / 2;
  document.rect(left, QR_TOP, QR_SIDE, QR_SIDE).fill("white");
  for (let y = 0; y < size; y += 1) {
    for (let x = 0; x < size; x += 1) {
      if (data[y * size + x] !== 1) continue;
      const from = x;
      while (x + 1 < size && data[y * size + x + 1] === 1) x += 1;
      const [fromLeft, fromTop] = [
        left + (from + QUIET_MODULES) * module,
        QR_TOP + (y + QUIET_MODULES) * module,
      ];
      document.rect(fromLeft, fromTop, (x + 1 - from) * module, module);
    }
  }
  document.fill("black");
}
