import type { Confirmed } from "./ledger.ts";
import type { CaughtUp, Heard, Opened } from "./messages.ts";

/** What there was to hear: the ledger behind the number at which everybody had begun to listen. */
export interface ToHear {
  /** User ids of the clients, by place. */
  readonly clients: readonly string[];
  readonly start: NonNullable<Opened["event"]>;
  readonly confirmed: readonly Confirmed[];
}

/** How what was heard agrees with the ledger. All but the first three are 0 where nothing went wrong. */
export interface HearingVerdict {
  /** Pushes about their own bookings that clients were to hear, and those that they heard. */
  readonly own_expected: number;
  readonly own_heard: number;
  /** Figures of the event that clients heard. */
  readonly figures_heard: number;
  /** A number that one client heard more than once. */
  readonly own_duplicate: number;
  /** A number that the ledger does not have for that person. */
  readonly own_unknown: number;
  /** Not heard when it was decided. That may be: a push comes at most once. */
  readonly own_missed: number;
  /** Of those, what `catch_up` did not bring either. */
  readonly own_missing: number;
  /** Figures of a number that is not above the last that this client heard. */
  readonly figures_repeated: number;
  /** Figures that are not what the ledger says was left at their number. */
  readonly figures_wrong: number;
  /** Clients whose last figures are not the last there were. */
  readonly figures_stale: number;
  /** Clients whose `catch_up` did not end, or brought anything but what the ledger has for them. */
  readonly catch_up_wrong: number;
}

/** What each client was to hear and did not, by place; clients that missed nothing are not in it. */
export function missedBy(toHear: ToHear, heard: Pick<Heard, "own">): ReadonlyMap<number, readonly number[]> {
  const heardBy = seqsByClient(heard);
  const missed = expectedBy(toHear).map((seqs, client) => {
    const had = new Set(heardBy.get(client));
    return [client, seqs.filter((seq) => !had.has(seq))] as const;
  });
  return new Map(missed.filter(([, seqs]) => seqs.length > 0));
}

/** Holds what was heard, and what catching up brought, against the ledger. */
export function judgeHearing(toHear: ToHear, heard: Heard, caughtUp: readonly CaughtUp[]): HearingVerdict {
  const expected = expectedBy(toHear);
  const missed = missedBy(toHear, heard);
  const broughtTo = new Map(caughtUp.map(({ client, seqs }) => [client, new Set(seqs)]));
  const own = [...seqsByClient(heard)].map(([client, seqs]) => {
    const different = new Set(seqs);
    const known = new Set(expected[client]);
    const unknown = [...different].filter((seq) => !known.has(seq));
    return { duplicate: seqs.length - different.size, unknown: unknown.length };
  });
  const missing = [...missed].flatMap(([client, seqs]) =>
    seqs.filter((seq) => broughtTo.get(client)?.has(seq) !== true),
  );
  return {
    own_expected: sum(expected.map(({ length }) => length)),
    own_heard: heard.own.length,
    figures_heard: heard.figures.length,
    own_duplicate: sum(own.map(({ duplicate }) => duplicate)),
    own_unknown: sum(own.map(({ unknown }) => unknown)),
    own_missed: sum([...missed.values()].map(({ length }) => length)),
    own_missing: missing.length,
    ...judgeFigures(toHear, heard),
    catch_up_wrong: caughtUp.filter((one) => !isWhole(one, expected[one.client] ?? [])).length,
  };
}

function judgeFigures({ clients, start, confirmed }: ToHear, { figures }: Heard) {
  const leftAt = availableBySeq(start, confirmed);
  const lastOf = new Map<number, number>();
  let repeated = 0;
  let wrong = 0;
  for (const [client, seq, available] of figures) {
    if (seq <= (lastOf.get(client) ?? start.seq)) repeated += 1;
    if (leftAt.get(seq) !== available) wrong += 1;
    lastOf.set(client, Math.max(seq, lastOf.get(client) ?? 0));
  }
  const head = confirmed.at(-1)?.seq ?? start.seq;
  const stale = clients.filter((_user, client) => (lastOf.get(client) ?? start.seq) < head).length;
  return { figures_repeated: repeated, figures_wrong: wrong, figures_stale: stale };
}

/** What was left of the event at each number that changed it. */
function availableBySeq({ available }: ToHear["start"], confirmed: readonly Confirmed[]) {
  let left = available;
  return new Map(
    confirmed.map(({ seq, tickets }) => {
      left -= tickets;
      return [seq, left] as const;
    }),
  );
}

function expectedBy({ clients, confirmed }: ToHear): readonly (readonly number[])[] {
  const byUser = Map.groupBy(confirmed, ({ userId }) => userId);
  return clients.map((userId) => (byUser.get(userId) ?? []).map(({ seq }) => seq));
}

function seqsByClient({ own }: Pick<Heard, "own">): ReadonlyMap<number, readonly number[]> {
  const byClient = Map.groupBy(own, ([client]) => client);
  return new Map([...byClient].map(([client, pushes]) => [client, pushes.map(([, seq]) => seq)]));
}

/** Whether catching up from the start brought everything once, in the ledger's order, and nothing else. */
function isWhole({ seqs, failure }: CaughtUp, expected: readonly number[]): boolean {
  return failure === null && seqs.length === expected.length && seqs.every((seq, at) => seq === expected[at]);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
