import { parseArgs } from "node:util";

/** What a person typed cannot be used. The message is one line and says what is accepted. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** One `--option`. A flag with `placeholder: null` is a switch and takes no value. */
export interface Flag<T> {
  readonly placeholder: string | null;
  readonly help: string;
  readonly fallback: T;
  /** @throws Error saying what is accepted; `readFlags` names the option in front of it. */
  readonly read: (text: string) => T;
}

/** The values of a table of flags, by name. */
export type Flags<Table> = { readonly [Name in keyof Table]: Table[Name] extends Flag<infer T> ? T : never };

// biome-ignore lint/suspicious/noExplicitAny: a table holds flags of different types; `Flags` restores each.
type FlagTable = Readonly<Record<string, Flag<any>>>;

/**
 * Reads `--name value` and `--name=value` after the names in `table`.
 * @returns the values, or "help" where --help stands among them.
 * @throws UsageError for an unknown option, a missing value or one that its flag does not accept.
 */
export function readFlags<Table extends FlagTable>(
  argv: readonly string[],
  table: Table,
): Flags<Table> | "help" {
  const given = tokens(argv, table);
  if ("help" in given) return "help";
  const entries = Object.entries(table).map(([name, flag]) => {
    const text = given[name];
    return [name, text === undefined ? flag.fallback : readOne(name, flag, text)];
  });
  return Object.fromEntries(entries) as Flags<Table>;
}

function tokens(argv: readonly string[], table: FlagTable): Record<string, string> {
  const options = Object.fromEntries(
    Object.entries(table).map(([name, flag]) => [
      name,
      { type: flag.placeholder === null ? ("boolean" as const) : ("string" as const) },
    ]),
  );
  const parsed = parseArgs({
    args: [...argv],
    options: { ...options, help: { type: "boolean", short: "h" } },
    strict: false,
    tokens: true,
  });
  const given: Record<string, string> = {};
  for (const token of parsed.tokens) {
    if (token.kind === "positional")
      throw new UsageError(`"${token.value}" is no option: ${accepted(table)}`);
    if (token.kind === "option-terminator") continue;
    if (token.name !== "help" && !(token.name in table)) {
      throw new UsageError(`unknown option ${token.rawName}: ${accepted(table)}`);
    }
    given[token.name] = textOf(token, table[token.name]?.placeholder ?? null);
  }
  return given;
}

function textOf(
  token: { readonly rawName: string; readonly value?: string | undefined },
  placeholder: string | null,
): string {
  if (placeholder === null) {
    if (token.value !== undefined) throw new UsageError(`${token.rawName} takes no value`);
    return "";
  }
  if (token.value === undefined || token.value === "") {
    throw new UsageError(`${token.rawName} needs a value: ${token.rawName} ${placeholder}`);
  }
  return token.value;
}

function accepted(table: FlagTable): string {
  return `accepted are ${[...Object.keys(table), "help"].map((name) => `--${name}`).join(", ")}`;
}

function readOne<T>(name: string, flag: Flag<T>, text: string): T {
  try {
    return flag.read(text);
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    throw new UsageError(`--${name} ${text}: ${problem}`);
  }
}

/** The lines of `--help` for a table of flags. */
export function describeFlags(table: FlagTable): string {
  const lines = Object.entries(table).map(([name, flag]) => ({
    left: `--${name}${flag.placeholder === null ? "" : ` ${flag.placeholder}`}`,
    help: flag.help,
  }));
  lines.push({ left: "--help", help: "this text" });
  const width = Math.max(...lines.map((line) => line.left.length));
  return lines.map((line) => `  ${line.left.padEnd(width)}  ${line.help}`).join("\n");
}

/** A flag for a whole number from `min` to `max`. */
export function wholeFlag<T extends number | null>(options: {
  readonly help: string;
  readonly fallback: T;
  readonly min: number;
  readonly max: number;
}): Flag<number | T> {
  const { min, max } = options;
  return {
    placeholder: "N",
    help: options.help,
    fallback: options.fallback,
    read: (text) => readWhole(text, { min, max }),
  };
}

/**
 * A whole number written in digits.
 * @throws Error saying the range.
 */
export function readWhole(text: string, range: { readonly min: number; readonly max: number }): number {
  const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= range.min && value <= range.max) return value;
  throw new Error(`a whole number from ${range.min} to ${range.max} is accepted`);
}

/** A flag for any text, null where it was not given. */
export function textFlag(placeholder: string, help: string): Flag<string | null> {
  return { placeholder, help, fallback: null, read: (text) => text };
}

/** A flag without a value: true where it was given. */
export function switchFlag(help: string): Flag<boolean> {
  return { placeholder: null, help, fallback: false, read: () => true };
}
