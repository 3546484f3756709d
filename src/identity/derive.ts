import { type Argon2Parameters, argon2 } from "node:crypto";
import { promisify } from "node:util";

/** Computes argon2id. @throws Fault where it cannot be computed for now. */
export type Derive = (parameters: DeriveParameters) => Promise<Buffer>;

export interface DeriveParameters extends Argon2Parameters {
  readonly message: string;
  readonly nonce: Buffer;
}

const argon2Async = promisify(argon2) as (
  algorithm: "argon2id",
  parameters: Argon2Parameters,
) => Promise<Buffer>;

/** In a thread of this process. */
export const deriveHere: Derive = (parameters) => argon2Async("argon2id", parameters);
