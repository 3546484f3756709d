import { expect } from "chai";
import { installedFonts } from "../../src/tickets/fonts.ts";
import { renderPdf } from "../../src/tickets/pdf.ts";
import { qrPng, qrSvg } from "../../src/tickets/qr.ts";
import { readPdf, scanPng } from "./reading.ts";
import { sheetWith } from "./sheets.ts";

/** As a PDF's text comes out: without what lines are broken by. */
const flat = (text = "") => text.replaceAll(/\s+/g, " ");

describe("tickets on paper", () => {
  it("are a page each, with all that is needed at the door and a code that a scanner reads", async () => {
    const sheet = sheetWith(3, { endsAt: Date.UTC(2030, 4, 1, 22, 30) });
    const { pages, scan } = await readPdf(await renderPdf(sheet, null));
    for (const [at, { code }] of sheet.tickets.entries()) expect(await scan(at + 1)).to.equal(code);
    expect(pages).to.have.length(3);
    for (const [at, page] of pages.entries()) {
      const text = flat(page);
      const parts = ["Night Concert", "City Hall, 1 Main Street, 12345 Springfield", "Holder: Jo Buyer"];
      const numbers = [
        "Booking EVT20300401ABCDEFGHJKMN",
        `Ticket EVT20300401ABCDEFGHJKMN-${at + 1}, one of 3`,
      ];
      const times = ["Wednesday 1 May 2030 at 19:00 UTC", "Wednesday 1 May 2030 at 22:30 UTC"];
      for (const part of [...parts, ...numbers, `Stalls, row A, seat ${at + 1} (Premium)`, "Admits one"]) {
        expect(text).to.contain(part);
      }
      for (const time of times) expect(text.replaceAll(",", "")).to.contain(time);
      expect(text).not.to.contain("?");
    }
  });

  it("say that their event is cancelled", async () => {
    const { pages } = await readPdf(await renderPdf(sheetWith(1, { isCancelled: true }), null));
    expect(flat(pages[0])).to.contain("This event is cancelled");
  });

  it("stay a page each and readable by scanners, whatever people call things", async () => {
    const hostile = [
      "x".repeat(10_000),
      "\u202Egnp.exe\u2066 \u0000\u001b[31m\r\n\tEND",
      "<script>alert(1)</script> ) Tj ET (\\",
      "\ud800 broken",
      "😀".repeat(500),
      "a\u0301".repeat(400),
      "العربية שלום 山田太郎 ไทย",
      "",
    ];
    for (const text of hostile) {
      const sheet = sheetWith(1, { eventName: text, where: [text, text], holder: text });
      const { pages, scan } = await readPdf(await renderPdf(sheet, null));
      expect(pages, text.slice(0, 40)).to.have.length(1);
      expect(await scan(1), text.slice(0, 40)).to.equal(sheet.tickets[0]?.code);
      expect(flat(pages[0])).to.contain("Ticket EVT20300401ABCDEFGHJKMN-1");
    }
  });

  it("show Western letters as they are, and say where a letter cannot be shown", async () => {
    const western = "Zoë Müller-Ñandú, François Œuvré €20 “Żet”";
    const { pages } = await readPdf(await renderPdf(sheetWith(1, { holder: western }), null));
    expect(flat(pages[0])).to.contain("Holder: Zoë Müller-Ñandú, François Œuvré €20 “Zet”");
    const other = await readPdf(await renderPdf(sheetWith(1, { holder: "Жук 山田" }), null));
    expect(flat(other.pages[0])).to.contain("Holder: ??? ??");
    expect(flat(other.pages[0])).to.contain('Characters shown as "?" cannot be printed');
  });
});

describe("letters beyond the Western ones", () => {
  it("are printed where a font for them is installed, in the alphabets that it has", async () => {
    const fonts = installedFonts();
    const sheet = sheetWith(1, { eventName: "Łódź Ωmega", holder: "Жук 山田" });
    const { pages, scan } = await readPdf(await renderPdf(sheet, fonts));
    const text = flat(pages[0]);
    expect(text).to.contain(fonts === null ? "?ódz ?mega" : "Łódź Ωmega");
    expect(text).to.contain(fonts === null ? "Holder: ??? ??" : "Holder: Жук ??");
    expect(text).to.contain('Characters shown as "?"');
    expect(await scan(1)).to.equal(sheet.tickets[0]?.code);
  });
});

describe("a ticket's QR code", () => {
  it("as a picture holds the code and nothing else, with a quiet zone", async () => {
    const code = sheetWith(1).tickets[0]?.code ?? "";
    const png = await qrPng(code);
    expect(scanPng(png)).to.equal(code);
    const svg = await qrSvg(code);
    expect(svg).to.match(/^<svg [^>]*viewBox="0 0 57 57"/);
    expect(svg).not.to.match(/script|href|foreignObject/i);
  });
});
