import jsQR from "jsqr";
import { PNG } from "pngjs";
import { extractText, getDocumentProxy, getResolvedPDFJS } from "unpdf";

/** A module of a QR code is some five points. */
const PIXELS_PER_POINT = 1;

/** What a scanner reads off a picture; null where it reads nothing. */
function scanPixels(pixels: Uint8ClampedArray, width: number, height: number): string | null {
  // The package is CommonJS: to Node its function is the default of its default.
  const decode = ((jsQR as unknown as { default?: typeof jsQR }).default ?? jsQR) as unknown as (
    data: Uint8ClampedArray,
    width: number,
    height: number,
  ) => { readonly data: string } | null;
  return decode(pixels, width, height)?.data ?? null;
}

export function scanPng(png: Buffer): string | null {
  const { data, width, height } = PNG.sync.read(png);
  return scanPixels(new Uint8ClampedArray(data), width, height);
}

export interface ReadPdf {
  /** The text of each page. */
  readonly pages: readonly string[];
  /** What a scanner reads off a page; the first is 1. */
  readonly scan: (page: number) => Promise<string | null>;
}

/** Reads a PDF as a person and a scanner do. */
export async function readPdf(pdf: Buffer): Promise<ReadPdf> {
  const document = await getDocumentProxy(new Uint8Array(pdf));
  const { text } = await extractText(document, { mergePages: false });
  return { pages: text, scan: async (page) => await scanPage(await document.getPage(page)) };
}

type Page = Awaited<ReturnType<Awaited<ReturnType<typeof getDocumentProxy>>["getPage"]>>;

/** Paints the filled rectangles of a page, in order, and scans the picture: there is no browser here that would. */
async function scanPage(page: Page): Promise<string | null> {
  const { OPS } = await getResolvedPDFJS();
  const { fnArray, argsArray } = await page.getOperatorList();
  const [, , width = 0, height = 0] = page.view.map((side) => Math.ceil(side * PIXELS_PER_POINT));
  const pixels = new Uint8ClampedArray(width * height * 4).fill(255);
  let shade = 0;
  for (const [at, operator] of fnArray.entries()) {
    if (operator === OPS.setFillRGBColor) shade = argsArray[at][0] === "#ffffff" ? 255 : 0;
    if (operator === OPS.constructPath) paint(pixels, width, argsArray[at][1][0], shade);
  }
  return scanPixels(pixels, width, height);
}

/** Four corners and what is done at each: go to, line to (three times), close. */
const NUMBERS_PER_RECTANGLE = 13;

function paint(pixels: Uint8ClampedArray, width: number, path: Float32Array, shade: number): void {
  const pixel = (points = 0) => Math.round(points * PIXELS_PER_POINT);
  for (let at = 0; at + NUMBERS_PER_RECTANGLE <= path.length; at += NUMBERS_PER_RECTANGLE) {
    const [left, top, right, bottom] = [path[at + 1], path[at + 2], path[at + 7], path[at + 8]].map(pixel);
    for (let y = top!; y < bottom!; y += 1) {
      for (let x = left!; x < right!; x += 1)
        pixels.fill(shade, (y * width + x) * 4, (y * width + x) * 4 + 3);
    }
  }
}
