import {
  describeFlags,
  type Flag,
  type Flags,
  readFlags,
  switchFlag,
  textFlag,
  UsageError,
  wholeFlag,
} from "./flags.ts";

/** How many tickets one buyer asks for, both ends included. */
export interface QuantityRange {
  readonly min: number;
  readonly max: number;
}

const QUANTITY_MAX = 100;
const CONNECTIONS_MAX = 20_000;
/** So many buyers stand in line at once where nothing else is asked for. */
const CONNECTIONS_DEFAULT_MAX = 5_000;

const quantityFlag: Flag<QuantityRange> = {
  placeholder: "A..B",
  help: `tickets a buyer asks for: a number, or a range such as 1..4 (default 1..4, at most ${QUANTITY_MAX})`,
  fallback: { min: 1, max: 4 },
  read: (text) => {
    const ends = /^(\d{1,4})(?:\.\.(\d{1,4}))?$/.exec(text);
    const min = Number(ends?.[1] ?? Number.NaN);
    const max = Number(ends?.[2] ?? min);
    if (min >= 1 && min <= max && max <= QUANTITY_MAX) return { min, max };
    throw new Error(`a number from 1 to ${QUANTITY_MAX}, or a rising range such as 1..4, is accepted`);
  },
};

const urlFlag: Flag<string | null> = {
  placeholder: "URL",
  help: "a running server to sell on, such as http://127.0.0.1:3000 (default: one of its own)",
  fallback: null,
  read: (text) => {
    const url = URL.canParse(text) ? new URL(text) : null;
    if (url !== null && /^https?:$/.test(url.protocol) && url.pathname === "/") return url.origin;
    throw new Error("the address of a server is accepted, such as http://127.0.0.1:3000");
  },
};

const TABLE = {
  tickets: wholeFlag({ help: "tickets on sale (default 1000)", fallback: 1_000, min: 1, max: 1_000_000 }),
  buyers: wholeFlag({ help: "people who want some (default 5000)", fallback: 5_000, min: 1, max: 100_000 }),
  quantity: quantityFlag,
  url: urlFlag,
  "admin-email": textFlag("EMAIL", "with --url: an admin of that server, who creates the event"),
  "admin-password": textFlag("PASSWORD", "with --url: that admin's password"),
  "database-url": textFlag("URL", "with --url: its database, so that the books can be checked there too"),
  concurrency: wholeFlag({
    help: `connections, each one buyer at a time (default: one per buyer, up to ${CONNECTIONS_DEFAULT_MAX})`,
    fallback: null,
    min: 1,
    max: CONNECTIONS_MAX,
  }),
  seed: wholeFlag({
    help: "repeats the demand of a run: who asks for how many",
    fallback: null,
    min: 0,
    max: 2 ** 31,
  }),
  json: switchFlag("one JSON document on standard output and nothing else"),
};

export interface OnsaleOptions {
  readonly tickets: number;
  readonly buyers: number;
  readonly quantity: QuantityRange;
  /** Null: start a server of our own. */
  readonly server: { readonly url: string; readonly email: string; readonly password: string } | null;
  readonly databaseUrl: string | null;
  readonly connections: number;
  readonly seed: number;
  readonly json: boolean;
}

/**
 * Reads the command line of `npm run onsale`.
 * @param seedFallback the seed of a run that names none
 * @throws UsageError with one line that says what is accepted
 */
export function readOnsaleOptions(argv: readonly string[], seedFallback: number): OnsaleOptions | "help" {
  const flags = readFlags(argv, TABLE);
  if (flags === "help") return "help";
  return {
    tickets: flags.tickets,
    buyers: flags.buyers,
    quantity: flags.quantity,
    server: serverOf(flags),
    databaseUrl: flags["database-url"],
    connections: Math.min(flags.buyers, flags.concurrency ?? CONNECTIONS_DEFAULT_MAX),
    seed: flags.seed ?? seedFallback,
    json: flags.json,
  };
}

function serverOf(flags: Flags<typeof TABLE>): OnsaleOptions["server"] {
  const { url, "admin-email": email, "admin-password": password } = flags;
  if (url !== null && email !== null && password !== null) return { url, email, password };
  if (url !== null) throw new UsageError("--url needs --admin-email and --admin-password of that server");
  for (const name of ["admin-email", "admin-password", "database-url"] as const) {
    if (flags[name] !== null) throw new UsageError(`--${name} is accepted together with --url only`);
  }
  return null;
}

/** What `npm run onsale -- --help` prints. */
export const ONSALE_HELP = `npm run onsale -- [options]

Puts an event on sale, lets real users book it over HTTP all at once, and checks the books afterwards.
Without --url it starts a complete server with a throw-away database, and stops it at the end.

${describeFlags(TABLE)}

Exit code: 0 the books are right, 1 they are not or the sale failed, 2 the options cannot be used.
Example: npm run onsale -- --tickets 1000 --buyers 5000 --quantity 1..4`;
