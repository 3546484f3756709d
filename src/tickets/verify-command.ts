import { readCode } from "./code.ts";
import { keysOfJwks, type PublicKey } from "./keys.ts";

/** What the command is given of the world. */
export interface VerifyIo {
  readonly readFile: (path: string) => Promise<string>;
  readonly fetchText: (url: string) => Promise<string>;
  /** Lines of the standard input, read only where no code is given as an argument. */
  readonly lines: AsyncIterable<string>;
  readonly print: (line: string) => void;
  readonly complain: (line: string) => void;
}

export const VERIFY_USAGE = `usage: npm run tickets:verify -- --keys FILE|URL [CODE …]

Verifies ticket codes with public keys alone, without the server: FILE or URL is the JWK set of GET /api/v1/tickets/keys.
Without CODE, codes are read from the standard input, one a line. Prints a line for each; exits with 0 where all are
signed, 1 where one is not, 2 where it cannot look. What was cancelled, handed on or used since, only the server knows.`;

const EXIT = { allSigned: 0, oneIsNot: 1, cannotLook: 2 } as const;

/** `npm run tickets:verify`. @returns the code to exit with */
export async function verifyCommand(given: readonly string[], io: VerifyIo): Promise<number> {
  const asked = argumentsOf(given);
  if (asked === null) {
    io.complain(VERIFY_USAGE);
    return EXIT.cannotLook;
  }
  let keys: ReadonlyMap<string, PublicKey>;
  try {
    const isUrl = /^https?:\/\//i.test(asked.keys);
    keys = keysOfJwks(JSON.parse(await (isUrl ? io.fetchText : io.readFile)(asked.keys)));
    if (keys.size === 0) throw new Error("there is no Ed25519 key in it");
  } catch (error) {
    io.complain(`the keys cannot be read: ${error instanceof Error ? error.message : String(error)}`);
    return EXIT.cannotLook;
  }
  let areSigned = true;
  for await (const line of asked.codes.length > 0 ? asked.codes : io.lines) {
    const code = line.trim();
    if (code !== "") areSigned = verifyOne(code, keys, io.print) && areSigned;
  }
  return areSigned ? EXIT.allSigned : EXIT.oneIsNot;
}

/** Null where they make no sense. */
function argumentsOf(
  given: readonly string[],
): { readonly keys: string; readonly codes: readonly string[] } | null {
  const at = given.indexOf("--keys");
  const keys = given[at + 1];
  if (at === -1 || keys === undefined) return null;
  const codes = given.filter((_, place) => place !== at && place !== at + 1);
  return codes.some((code) => code.startsWith("-")) ? null : { keys, codes };
}

function verifyOne(code: string, keys: ReadonlyMap<string, PublicKey>, print: VerifyIo["print"]): boolean {
  const verdict = readCode(code, keys);
  switch (verdict.type) {
    case "signed": {
      const { eventId, bookingId, ticket, issue, place } = verdict.claim;
      // Quoted like JSON: a name may hold what a terminal would obey.
      const where = JSON.stringify(place).replaceAll(/[\p{Cc}\p{Cf}]/gu, "?");
      print(
        `valid     event ${eventId}  booking ${bookingId}  ticket ${ticket}  issue ${issue}  ${where}  key ${verdict.keyId}`,
      );
      return true;
    }
    case "malformed":
      print("invalid   this is no ticket code");
      return false;
    case "unknownKey":
      print(`invalid   signed with key ${verdict.keyId}, which is not among those given`);
      return false;
    case "forged":
      print(`invalid   the signature is not that of key ${verdict.keyId}`);
      return false;
    default:
      return verdict satisfies never;
  }
}
