import { type FontFiles, installedFonts } from "./fonts.ts";
import { renderPdf } from "./pdf.ts";
import { qrPng, qrSvg } from "./qr.ts";
import type { TicketSheet } from "./sheet.ts";

/** What is drawn, and how. */
export type PrintJob =
  | { readonly type: "pdf"; readonly sheet: TicketSheet }
  | { readonly type: "png" | "svg"; readonly code: string };

/** Read at the first job. */
let fonts: FontFiles | null | undefined;

/** Draws. It takes the processor for a while: for a thread of its own. */
export async function print(job: PrintJob): Promise<Uint8Array> {
  switch (job.type) {
    case "pdf":
      if (fonts === undefined) fonts = installedFonts();
      return await renderPdf(job.sheet, fonts);
    case "png":
      return await qrPng(job.code);
    case "svg":
      return Buffer.from(await qrSvg(job.code));
    default:
      return job satisfies never;
  }
}
