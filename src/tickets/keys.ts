import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
} from "node:crypto";

/** What tickets of one key are verified with. */
export interface PublicKey {
  /** The first four bytes of the key's RFC 7638 thumbprint, in hexadecimal. */
  readonly id: string;
  readonly publicKey: KeyObject;
}

export interface SigningKey extends PublicKey {
  readonly privateKey: KeyObject;
}

/** An Ed25519 public key as RFC 8037 §2 writes it, with what a set of them says beside it. */
export interface TicketJwk {
  readonly kty: "OKP";
  readonly crv: "Ed25519";
  readonly x: string;
  readonly kid: string;
  readonly use: "sig";
  readonly alg: "EdDSA";
}

const KEY_ID_BYTES = 4;

/** A new private key, in the form that `signingKeyOf` reads. */
export function newKeyText(): string {
  const { privateKey } = generateKeyPairSync("ed25519");
  return privateKey.export({ format: "der", type: "pkcs8" }).toString("base64");
}

/**
 * Reads a private key: PKCS #8 in PEM, or its base64 alone.
 * @throws Error where it is none, or not of Ed25519; the text is not in the message.
 */
export function signingKeyOf(text: string): SigningKey {
  const der = Buffer.from(text.replaceAll(/-----[^-]+-----|\\n|\s/g, ""), "base64");
  let privateKey: KeyObject;
  try {
    privateKey = createPrivateKey({ key: der, format: "der", type: "pkcs8" });
  } catch {
    throw new Error("a ticket key is no PKCS #8 private key");
  }
  if (privateKey.asymmetricKeyType !== "ed25519") throw new Error("a ticket key is not of Ed25519");
  const publicKey = createPublicKey(privateKey);
  return { id: idOf(xOf(publicKey)), publicKey, privateKey };
}

/** Whether `signingKeyOf` can read all of these. */
export function areSigningKeys(texts: readonly string[]): boolean {
  try {
    for (const text of texts) signingKeyOf(text);
    return true;
  } catch {
    return false;
  }
}

export function jwkOf({ id, publicKey }: PublicKey): TicketJwk {
  return { kty: "OKP", crv: "Ed25519", x: xOf(publicKey), kid: id, use: "sig", alg: "EdDSA" };
}

/**
 * The keys for tickets of a JWK set (RFC 7517), by id; others in it are passed over.
 * @throws Error where it is no such set.
 */
export function keysOfJwks(set: unknown): ReadonlyMap<string, PublicKey> {
  const { keys } = (set ?? {}) as { readonly keys?: unknown };
  if (!Array.isArray(keys)) throw new Error('this is no JWK set: it has no list of "keys"');
  const known = new Map<string, PublicKey>();
  for (const jwk of keys as readonly Partial<TicketJwk>[]) {
    if (jwk?.kty !== "OKP" || jwk.crv !== "Ed25519" || typeof jwk.x !== "string") continue;
    const publicKey = createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x: jwk.x }, format: "jwk" });
    // Worked out, not read: whatever a set calls its keys, a code names them like this.
    const id = idOf(xOf(publicKey));
    known.set(id, { id, publicKey });
  }
  return known;
}

function xOf(publicKey: KeyObject): string {
  return publicKey.export({ format: "jwk" }).x as string;
}

/** RFC 7638 §3: the digest of the members that a key cannot do without, in this order and without spaces. */
function idOf(x: string): string {
  const thumbprint = createHash("sha256").update(`{"crv":"Ed25519","kty":"OKP","x":"${x}"}`).digest();
  return thumbprint.toString("hex", 0, KEY_ID_BYTES);
}
