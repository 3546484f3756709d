import { createHmac, randomBytes } from "node:crypto";

/** Standard Webhooks asks for 24 to 64 bytes. */
const SECRET_BYTES = 32;
const PREFIX = "whsec_";

/** A new signing secret. */
export function newSecret(): Buffer {
  return randomBytes(SECRET_BYTES);
}

/** A secret as its owner is shown it, once: `whsec_` and base64. */
export function shownSecret(secret: Buffer): string {
  return PREFIX + secret.toString("base64");
}

/**
 * The headers of Standard Webhooks 1.0: an id that stays the same for all attempts, the second of this attempt, and a
 * signature `v1,<base64 of HMAC-SHA256 over "id.timestamp.body">` by each secret, the present one first.
 */
export function signedHeaders(message: {
  readonly id: string;
  readonly body: string;
  readonly secrets: readonly Buffer[];
  readonly nowMs: number;
}): Readonly<Record<string, string>> {
  const timestamp = String(Math.floor(message.nowMs / 1_000));
  const signed = `${message.id}.${timestamp}.${message.body}`;
  const signatures = message.secrets.map(
    (secret) => `v1,${createHmac("sha256", secret).update(signed).digest("base64")}`,
  );
  return {
    "webhook-id": message.id,
    "webhook-timestamp": timestamp,
    "webhook-signature": signatures.join(" "),
  };
}
