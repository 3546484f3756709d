import { parseArgs } from "node:util";
import { keysOfJwks, type PublicKey } from "../tickets/keys.ts";
import { checkLedger } from "./check-ledger.ts";
import { printable, statementLines } from "./report.ts";
import { readStatement, type StatementVerdict } from "./sign.ts";
import type { Statement } from "./statement.ts";

/** What the command is given of the world. */
export interface VerifyIo {
  readonly readFile: (path: string) => Promise<string>;
  readonly linesOf: (path: string) => AsyncIterable<string>;
  readonly print: (line: string) => void;
  readonly complain: (line: string) => void;
}

export const VERIFY_USAGE = `usage: npm run statement:verify -- --statement FILE --key FILE [--ledger FILE]

Verifies what an installation stated about a sale, without it. The statement is a reply of GET /api/v1/events/ID/statement,
the key the JWK set of GET /api/v1/tickets/keys. With a ledger, entries or replies of GET /api/v1/events/ID/ledger as JSON, one
a line, all digests are computed and all figures counted again. Exits with 0 where the statement is genuine and the ledger
is the one it speaks of, 1 where not, 2 where it cannot look.`;

const EXIT = { genuine: 0, isNot: 1, cannotLook: 2 } as const;

interface Asked {
  readonly statement: string;
  readonly key: string;
  readonly ledger: string | null;
}

/** `npm run statement:verify`. @returns the code to exit with */
export async function verifyCommand(given: readonly string[], io: VerifyIo): Promise<number> {
  const asked = argumentsOf(given);
  if (asked === null) {
    io.complain(VERIFY_USAGE);
    return EXIT.cannotLook;
  }
  try {
    const keys = await keysIn(asked.key, io);
    const verdict = readStatement(await jsonIn(asked.statement, io), keys);
    return verdict.type === "signed"
      ? await report(verdict.statement, asked.ledger, io)
      : refuse(verdict, io.print);
  } catch (error) {
    io.complain(printable(error instanceof Error ? error.message : String(error)));
    return EXIT.cannotLook;
  }
}

/** Null where they make no sense. */
function argumentsOf(given: readonly string[]): Asked | null {
  const option = { type: "string" } as const;
  try {
    const { values } = parseArgs({
      args: [...given],
      options: { statement: option, key: option, ledger: option },
    });
    const { statement, key, ledger = null } = values;
    return statement === undefined || key === undefined ? null : { statement, key, ledger };
  } catch {
    return null;
  }
}

async function jsonIn(path: string, io: VerifyIo): Promise<unknown> {
  try {
    return JSON.parse(await io.readFile(path));
  } catch (error) {
    throw new Error(`${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

async function keysIn(path: string, io: VerifyIo): Promise<ReadonlyMap<string, PublicKey>> {
  const keys = keysOfJwks(await jsonIn(path, io));
  if (keys.size === 0) throw new Error(`there is no Ed25519 key in ${path}`);
  return keys;
}

async function report(statement: Statement, ledger: string | null, io: VerifyIo): Promise<number> {
  for (const line of statementLines(statement)) io.print(line);
  if (ledger === null) {
    io.print("The statement is genuine. Without a ledger, what it says was not counted again.");
    return EXIT.genuine;
  }
  const { entries, problems } = await checkLedger(statement, io.linesOf(ledger));
  for (const problem of problems) io.print(`  ✗ ${printable(problem)}`);
  io.print(
    problems.length === 0
      ? `The statement is genuine, and every figure follows from the ${entries} entries of the ledger.`
      : "The statement is genuine, but this is not the ledger it speaks of.",
  );
  return problems.length === 0 ? EXIT.genuine : EXIT.isNot;
}

function refuse(verdict: Exclude<StatementVerdict, { type: "signed" }>, print: VerifyIo["print"]): number {
  print(WRONG[verdict.type]("keyId" in verdict ? printable(verdict.keyId) : ""));
  return EXIT.isNot;
}

const WRONG = {
  malformed: () => "This is no signed statement.",
  unknownKey: (id: string) => `The statement is signed with key ${id}, which is not among those given.`,
  forged: (id: string) =>
    `The signature is not that of key ${id}: the statement was changed, or is not its own.`,
} as const;
