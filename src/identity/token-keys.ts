import { createHmac, webcrypto } from "node:crypto";

const SECRET_BYTES_MIN = 32;
const KEY_ID_BYTES = 4;
const KEY_ID_OF = "evently token key";

/** What tokens are signed with: HMAC-SHA-256. */
export interface TokenKey {
  /** Stands in the header of what it signed (RFC 7515 §4.1.4): an HMAC under the key itself, so it gives nothing away. */
  readonly id: string;
  readonly secret: string;
  readonly key: webcrypto.CryptoKey;
}

/** The keys of an installation as this process knows them. */
export interface TokenKeys {
  /** The one that signs, then those that still verify; never none. */
  readonly known: readonly TokenKey[];
  /** The key with this id; asks anew where it is not known, because another process may sign with it already. */
  find(id: string): Promise<TokenKey | null>;
}

/** @throws Error where the secret is too short to be one. */
export async function tokenKeyOf(secret: string): Promise<TokenKey> {
  const bytes = Buffer.from(secret, "utf8");
  if (bytes.length < SECRET_BYTES_MIN)
    throw new Error(`the signing secret needs ${SECRET_BYTES_MIN} bytes or more`);
  const id = createHmac("sha256", bytes).update(KEY_ID_OF).digest().toString("hex", 0, KEY_ID_BYTES);
  // An imported key is half the work of raw bytes at every verification.
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const key = await webcrypto.subtle.importKey("raw", bytes, algorithm, false, ["sign", "verify"]);
  return { id, secret, key };
}

/** Keys that somebody configured: the first signs, all verify. */
export async function fixedTokenKeys(secrets: readonly string[]): Promise<TokenKeys> {
  const known = await Promise.all(secrets.map(tokenKeyOf));
  return { known, find: async (id) => known.find((key) => key.id === id) ?? null };
}

/** How often a process looks for new keys. A new key signs four times as long after it was made: by then all know it. */
const LOOK_INTERVAL_MS = 15_000;
/** A token with a key nobody knows may ask for the keys again, but not each such token. */
const LOOK_PAUSE_MS = 1_000;

/** Keys that are kept in the database and replaced there while processes run. */
export class TokenKeyRing implements TokenKeys {
  /** Their secrets, the one that signs first. */
  readonly #load: () => Promise<readonly string[]>;
  readonly #nowMs: () => number;
  #known: readonly TokenKey[] = [];
  #lookedMs = Number.NEGATIVE_INFINITY;
  #looking: Promise<void> | null = null;
  #timer: NodeJS.Timeout | null = null;

  constructor(
    load: () => Promise<readonly string[]>,
    nowMs: () => number = performance.now.bind(performance),
  ) {
    this.#load = load;
    this.#nowMs = nowMs;
  }

  get known(): readonly TokenKey[] {
    return this.#known;
  }

  /** Learns the keys and keeps up with them. @throws what loading throws. */
  async start(): Promise<void> {
    await this.look();
    // What was known is as good as before while the database is away.
    this.#timer = setInterval(() => void this.look().catch(() => undefined), LOOK_INTERVAL_MS);
    this.#timer.unref();
  }

  close(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
  }

  async find(id: string): Promise<TokenKey | null> {
    const named = () => this.#known.find((key) => key.id === id) ?? null;
    const mayLook = () => this.#looking !== null || this.#nowMs() - this.#lookedMs >= LOOK_PAUSE_MS;
    if (named() === null && mayLook()) await this.look().catch(() => undefined);
    return named();
  }

  /** Learns the keys anew; those who ask meanwhile share the answer. */
  look(): Promise<void> {
    this.#looking ??= this.#learn().finally(() => {
      this.#looking = null;
    });
    return this.#looking;
  }

  async #learn(): Promise<void> {
    this.#lookedMs = this.#nowMs();
    const secrets = await this.#load();
    const known = new Map(this.#known.map((key) => [key.secret, key]));
    this.#known = await Promise.all(secrets.map(async (secret) => known.get(secret) ?? tokenKeyOf(secret)));
  }
}
