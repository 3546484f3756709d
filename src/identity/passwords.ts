import { randomBytes, timingSafeEqual } from "node:crypto";
import { type Derive, deriveHere } from "./derive.ts";
import { Line } from "./line.ts";

const MEMORY_KIB = 19_456;
const PASSES = 2;
const PARALLELISM = 1;
const SALT_BYTES = 16;
const TAG_BYTES = 32;

/** A PHC string, or null for an unknown user. */
type Stored = string | null;

export interface PasswordHasher {
  /** Hashes with argon2id into a PHC string. @throws Fault "Overloaded" where too many wait already. */
  hash(password: string): Promise<string>;
  /**
   * Whether a password is the one of a stored PHC string. Null, for an unknown user, takes the same time and is
   * never true. A function is asked for it when it is this password's turn, so that five hundred logins at once are not
   * five hundred queries at once. @throws Fault "Overloaded" where too many wait already.
   */
  verify(password: string, stored: Stored | (() => Promise<Stored>)): Promise<boolean>;
}

/** Hashes and verifies passwords, `concurrencyMax` at once (each takes a thread and 19 MiB) with a bounded line. */
export function createPasswordHasher(options: {
  readonly concurrencyMax: number;
  readonly queueMax: number;
  /** Where argon2id is computed; by default in a thread of this process. */
  readonly derive?: Derive;
}): PasswordHasher {
  const line = new Line(options);
  const { derive = deriveHere } = options;
  const nobodys = phcOf(randomBytes(SALT_BYTES), randomBytes(TAG_BYTES));
  return {
    hash: (password) =>
      line.run(async () => {
        const salt = randomBytes(SALT_BYTES);
        return phcOf(salt, await derive(parametersOf(password, { salt, tagBytes: TAG_BYTES, ...COST })));
      }),
    verify: (password, stored) =>
      line.run(async () => {
        const phc = typeof stored === "function" ? await stored() : stored;
        const known = parsePhc(phc ?? nobodys);
        const tag = await derive(parametersOf(password, { ...known, tagBytes: known.tag.length }));
        return timingSafeEqual(tag, known.tag) && phc !== null;
      }),
  };
}

interface Cost {
  readonly memory: number;
  readonly passes: number;
  readonly parallelism: number;
}

const COST: Cost = { memory: MEMORY_KIB, passes: PASSES, parallelism: PARALLELISM };

function parametersOf(
  password: string,
  {
    salt,
    tagBytes,
    memory,
    passes,
    parallelism,
  }: Cost & { readonly salt: Buffer; readonly tagBytes: number },
) {
  // Keyboards differ in how they compose accents: NFKC makes one password of all its spellings.
  const message = password.normalize("NFKC");
  return { message, nonce: salt, tagLength: tagBytes, memory, passes, parallelism };
}

/** The PHC string format: https://github.com/P-H-C/phc-string-format */
function phcOf(salt: Buffer, tag: Buffer): string {
  const cost = `m=${MEMORY_KIB},t=${PASSES},p=${PARALLELISM}`;
  return `$argon2id$v=19$${cost}$${unpadded(salt)}$${unpadded(tag)}`;
}

function unpadded(bytes: Buffer): string {
  return bytes.toString("base64").replace(/=+$/, "");
}

const PHC = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;

function parsePhc(stored: string): Cost & { readonly salt: Buffer; readonly tag: Buffer } {
  const parts = PHC.exec(stored);
  if (parts === null) throw new Error("invariant: a stored password is no argon2id PHC string");
  const [, memory, passes, parallelism, salt = "", tag = ""] = parts;
  return {
    memory: Number(memory),
    passes: Number(passes),
    parallelism: Number(parallelism),
    salt: Buffer.from(salt, "base64"),
    tag: Buffer.from(tag, "base64"),
  };
}
