import type { Message, Recipient } from "../channel.ts";
import { kindOf, ruleOf } from "../kinds.ts";
import type { Action, Fact, Letter } from "./letter.ts";
import { type EventCard, type Particulars, particularsOf } from "./particulars.ts";
import { linesOf, oneLine } from "./plain.ts";
import { type Reset, resetLinkOf } from "./reset.ts";
import { WORDINGS, type Wording } from "./wordings.ts";

const SUBJECT_LENGTH_MAX = 180;
const TITLE_LENGTH_MAX = 120;
const EVENT_IN_SUBJECT_MAX = 80;
const NAME_LENGTH_MAX = 80;
const TEXT_LENGTH_MAX = 5_000;

/** A name that clients would turn into a link: mail that everybody can have sent must not carry links of theirs. */
const LOOKS_LIKE_LINK = /[/\\@:]|www\.|\.\p{L}{2,}/iu;

/** What a letter is made of besides its message and who gets it. */
export interface Circumstances {
  readonly brand: string;
  readonly event: EventCard | null;
  readonly hasTickets: boolean;
  readonly reset: Reset | null;
}

/** Puts a message into the words of a mail. Pure; whatever people wrote into it comes out as text of one line each. */
export function writeLetter(message: Message, recipient: Recipient, circumstances: Circumstances): Letter {
  const { brand, event, hasTickets, reset } = circumstances;
  const wording: Wording = WORDINGS[kindOf(message.kind)];
  const particulars = particularsOf(message, event);
  const more = wording.more({
    ...particulars,
    hasTickets,
    hasLink: (reset?.pageUrl ?? null) !== null,
    resetAddress: reset?.address ?? "",
  });
  const heading = oneLine(message.title, TITLE_LENGTH_MAX) || `A message from ${brand}`;
  return {
    subject: subjectOf(heading, particulars),
    heading,
    greeting: greetingOf(recipient.name),
    paragraphs: [...linesOf(message.text, TEXT_LENGTH_MAX), ...more.filter((line) => line !== null)],
    facts: factsOf(particulars, wording, reset),
    action: actionOf(reset),
    footer: wording.footer ?? footerOf(message.kind),
    brand,
  };
}

function subjectOf(heading: string, { event, reference }: Particulars): string {
  const about = event === null || heading.includes(event) ? "" : `: ${oneLine(event, EVENT_IN_SUBJECT_MAX)}`;
  const booking = reference === null || heading.includes(reference) ? "" : ` (${reference})`;
  return oneLine(heading + about + booking, SUBJECT_LENGTH_MAX);
}

function greetingOf(name: string): string {
  const plain = oneLine(name, NAME_LENGTH_MAX);
  return plain === "" || LOOKS_LIKE_LINK.test(plain) ? "Hello," : `Hello ${plain},`;
}

function factsOf(particulars: Particulars, { labels = {} }: Wording, reset: Reset | null): Fact[] {
  const rows: readonly (readonly [string, string | null])[] = [
    ["Event", particulars.event],
    ["When", particulars.startsAt],
    ["Where", particulars.venue],
    ["Booking", particulars.reference],
    [labels.quantity ?? "Tickets", particulars.quantity],
    ["Tier", particulars.tier],
    ["Total", particulars.total],
    ["Refund", particulars.refund],
    ["Place in line", particulars.position],
    ["Code", reset?.code ?? null],
    [labels.expiresAt ?? "Until", particulars.expiresAt],
  ];
  return rows.flatMap(([label, value]) => (value === null ? [] : [{ label, value }]));
}

function actionOf(reset: Reset | null): Action | null {
  const url = reset === null ? null : resetLinkOf(reset);
  return url === null ? null : { label: "Choose a new password", url };
}

function footerOf(kind: string): string[] {
  const why = "You get this mail because of your account.";
  return ruleOf(kind).isMandatory === true
    ? [why]
    : [why, "You decide in your notification preferences which mails of this kind you get."];
}
