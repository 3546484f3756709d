import { sign, verify } from "node:crypto";
import type { PublicKey, SigningKey } from "../tickets/keys.ts";
import { canonical } from "./canonical.ts";
import type { Statement } from "./statement.ts";

/** Begins what is signed. The same keys sign tickets, which begin with `EVT1.`: neither signature passes for the other. */
const FORMAT = "EVS1";

/** A statement as it is fetched and kept; STATEMENTS.md says what is signed. */
export interface SignedStatement {
  readonly format: typeof FORMAT;
  readonly statement: Statement;
  /** Ed25519, in base64url. */
  readonly signature: string;
}

/** What a file turned out to be. */
export type StatementVerdict =
  | { readonly type: "signed"; readonly statement: Statement }
  | { readonly type: "malformed" }
  | { readonly type: "unknownKey"; readonly keyId: string }
  | { readonly type: "forged"; readonly keyId: string };

/** @param statement its `key_id` has to be the key's */
export function signStatement(statement: Statement, key: SigningKey): SignedStatement {
  const signature = sign(null, signedBytes(statement), key.privateKey).toString("base64url");
  return { format: FORMAT, statement, signature };
}

/** Looks at a signed statement, or at a reply of the API that has one as its `data`, with public keys alone. */
export function readStatement(given: unknown, keys: ReadonlyMap<string, PublicKey>): StatementVerdict {
  const { data } = (given ?? {}) as { readonly data?: unknown };
  const { format, statement, signature } = (data ?? given ?? {}) as Partial<SignedStatement>;
  const isWhole = format === FORMAT && typeof statement === "object" && typeof signature === "string";
  const keyId = statement?.key_id;
  if (!isWhole || typeof keyId !== "string") return { type: "malformed" };
  const key = keys.get(keyId);
  if (key === undefined) return { type: "unknownKey", keyId };
  const isSigned = verify(null, signedBytes(statement), key.publicKey, Buffer.from(signature, "base64url"));
  return isSigned ? { type: "signed", statement } : { type: "forged", keyId };
}

function signedBytes(statement: Statement): Buffer {
  return Buffer.from(`${FORMAT}.${canonical(statement)}`, "utf8");
}
