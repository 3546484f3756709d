import { expect } from "chai";
import fc from "fast-check";
import type { Message } from "../../../src/notifications/channel.ts";
import { KINDS, type KindName } from "../../../src/notifications/kinds.ts";
import { htmlOf } from "../../../src/notifications/templates/html-layout.ts";
import type { Letter } from "../../../src/notifications/templates/letter.ts";
import { DARK, LIGHT, type Palette } from "../../../src/notifications/templates/palette.ts";
import { textOf } from "../../../src/notifications/templates/text-layout.ts";
import { writeLetter } from "../../../src/notifications/templates/write-letter.ts";
import { EVENT, message, recipient } from "../channels/people.ts";

const KIND_NAMES = Object.keys(KINDS) as KindName[];
const RESET = {
  code: "id.code",
  pageUrl: "https://shop.example.com/reset",
  address: "https://api.example.com/x",
};

/** Words in all places where people can put some. */
function letterWith(kind: KindName, words: string): Letter {
  const data: Message["data"] = {
    booking_id: words,
    booking_reference: words,
    event_name: words,
    venue: words,
    tier: words,
    reason: words,
    currency: words,
    total_amount: 40,
    quantity: 2,
    position: 3,
    expires_at: "2030-04-01T12:15:00.000Z",
  };
  return writeLetter(message({ kind, title: words, text: words, data }), recipient({ name: "Jo" }), {
    brand: "Evently",
    event: { ...EVENT, name: words, venue: words },
    hasTickets: kind === "booking_confirmed",
    reset: kind === "password_reset" ? RESET : null,
  });
}

/** The page's tags, with their attributes, in order: what is left of it without its text. */
const tagsOf = (page: string) => (page.match(/<[^>]*>/g) ?? []).join("\n");

const HOSTILE = [
  "<script>alert(1)</script>",
  '"><img src=x onerror=alert(1)>',
  "' onmouseover='alert(1)",
  "</title></style><script>x</script>",
  "<a href=javascript:alert(1)>click</a>",
  "{{7*7}} #{7*7} <%= 7*7 %>",
  "&lt;b&gt; &amp;",
  "-->]]><svg/onload=alert(1)>",
  "`+alert(1)+`",
  "$& $1 $` $'",
];

describe("letters", () => {
  for (const kind of KIND_NAMES) {
    it(`of ${kind} stay whole, whatever people write into them`, () => {
      const tags = tagsOf(htmlOf(letterWith(kind, "Plain words")));
      for (const words of HOSTILE) {
        const letter = letterWith(kind, words);
        const page = htmlOf(letter);
        expect(tagsOf(page), words).to.equal(tags);
        expect(readable(page)).to.include(words.replace(/ {2,}/g, " "));
        expect(textOf(letter)).to.include(words);
      }
    });
  }

  it("stay whole with any words at all", () => {
    const tags = tagsOf(htmlOf(letterWith("booking_confirmed", "Plain words")));
    fc.assert(
      fc.property(fc.string({ unit: "binary", minLength: 1, maxLength: 80 }), (said) => {
        const words = `x${said.replace(/[\r\n\u0085\u2028\u2029]/g, "")}`;
        const letter = letterWith("booking_confirmed", words);
        expect(tagsOf(htmlOf(letter))).to.equal(tags);
        for (const line of linesIn(letter)) expect(line).not.to.match(/[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e]/u);
      }),
    );
  });

  it("say in HTML what they say in text", () => {
    for (const kind of KIND_NAMES) {
      const letter = letterWith(kind, "Plain words");
      const [page, text] = [readable(htmlOf(letter)), textOf(letter)];
      for (const line of linesIn(letter)) {
        expect(page, kind).to.include(line);
        if (line !== letter.subject) expect(text, kind).to.include(line);
      }
    }
  });

  it("load nothing and run nothing", () => {
    for (const kind of KIND_NAMES) {
      const page = htmlOf(letterWith(kind, "Plain words"));
      expect(page, kind).not.to.match(
        /\ssrc=|url\(|@import|<(script|img|iframe|form|link|object)\b|\son\w+=/i,
      );
      const links = page.match(/href="[^"]*"/g) ?? [];
      const wanted = kind === "password_reset" ? ['href="https://shop.example.com/reset#token=id.code"'] : [];
      expect(links, kind).to.deep.equal(wanted);
    }
  });

  it("can be read by screen readers: a language, one heading, tables that say whether they are any", () => {
    const page = htmlOf(letterWith("booking_confirmed", "Plain words"));
    expect(page).to.match(/<html lang="en" dir="ltr">/);
    expect(page.match(/<h1/g)).to.have.length(1);
    const tables = page.match(/<table[^>]*>/g) ?? [];
    expect(tables.filter((tag) => !tag.includes('role="presentation"'))).to.have.length(1);
    const rows = page.match(/<tr>\n<th scope="row"/g) ?? [];
    expect(rows).to.have.length(letterWith("booking_confirmed", "Plain words").facts.length);
  });

  it("can be read on light and on dark screens", () => {
    const page = htmlOf(letterWith("password_reset", "Plain words"));
    expect(page).to.include('<meta name="color-scheme" content="light dark">');
    for (const palette of [LIGHT, DARK]) {
      for (const [front, back] of pairsOf(palette)) {
        expect(contrast(front, back), `${front} on ${back}`).to.be.at.least(4.5);
        expect(page).to.include(front).and.include(back);
      }
    }
  });

  it("greet by name, but not by a name that would become a link", () => {
    const greeting = (name: string) =>
      writeLetter(message(), recipient({ name }), { brand: "E", event: null, hasTickets: false, reset: null })
        .greeting;
    expect(greeting("Jo Buyer")).to.equal("Hello Jo Buyer,");
    expect(greeting("Dr. Ann O'Neil-Ünal")).to.equal("Hello Dr. Ann O'Neil-Ünal,");
    expect(greeting("  ")).to.equal("Hello,");
    for (const name of [
      "win at evil.example",
      "https://evil.example",
      "www.evil",
      "a@evil.example",
      "//evil",
    ])
      expect(greeting(name)).to.equal("Hello,");
  });

  it("say what there is to say, and nothing of what is not known", () => {
    const told = { event: null, hasTickets: false, reset: null, brand: "Evently" };
    const bare = writeLetter(message({ kind: "waitlist_promoted", data: {} }), recipient(), told);
    expect(bare.facts).to.deep.equal([]);
    expect(textOf(bare)).not.to.match(/null|undefined|NaN/);
    const odd = { quantity: -1, expires_at: "soon", total_amount: Number.NaN, booking_reference: { a: 1 } };
    expect(writeLetter(message({ data: odd }), recipient(), told).facts).to.deep.equal([]);
    const paid = { total_amount: 80, currency: "JPY", refund_amount: 0, expires_at: "2030-04-01T12:15:00Z" };
    expect(
      writeLetter(message({ kind: "payment_failed", data: paid }), recipient(), told).facts,
    ).to.deep.equal([
      { label: "Total", value: "80 JPY" },
      { label: "Pay by", value: "Monday, 1 April 2030, 12:15 UTC" },
    ]);
  });

  it("are bounded, however long a message is", () => {
    const long = "word ".repeat(20_000);
    const letter = letterWith("other", long);
    expect(letter.subject.length).to.be.at.most(180);
    expect(Buffer.byteLength(htmlOf(letter))).to.be.below(30_000);
    const lines = letterWith("other", "line\n".repeat(20_000)).paragraphs;
    expect(lines).to.have.length(40);
  });
});

/** All that a letter says, line by line. */
function linesIn({ subject, heading, greeting, paragraphs, facts, footer }: Letter): string[] {
  return [subject, heading, greeting, ...paragraphs, ...facts.map(({ value }) => value), ...footer];
}

/** A page's text as a reader sees it. */
function readable(page: string): string {
  const entities: Readonly<Record<string, string>> = {
    "&lt;": "<",
    "&gt;": ">",
    "&quot;": '"',
    "&#39;": "'",
    "&#96;": "`",
    "&amp;": "&",
  };
  return page
    .replace(/<[^>]*>/g, "")
    .replace(/&(lt|gt|quot|#39|#96|amp);/g, (entity) => entities[entity] ?? "");
}

function pairsOf({ page, card, text, quiet, button, onButton }: Palette): [string, string][] {
  return [
    [text, card],
    [quiet, card],
    [quiet, page],
    [onButton, button],
  ];
}

/** WCAG 2.2, contrast ratio. */
function contrast(one: string, other: string): number {
  const [light, dark] = [luminance(one), luminance(other)].toSorted((a, b) => b - a) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

function luminance(colour: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
