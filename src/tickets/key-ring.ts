import type { PublicKey, SigningKey } from "./keys.ts";

/** The keys that an installation keeps for its tickets, newest first; never none. */
export type LoadKeys = () => Promise<readonly SigningKey[]>;

/** So long a new key may go unnoticed by a process that is asked to sign. */
const AGE_MS_MAX = 60_000;
/** A code with a key nobody knows may ask for the keys again, but not for each such code. */
const RELOAD_PAUSE_MS = 1_000;

/**
 * The keys of tickets as this process knows them: the newest signs, all verify. They are read again every minute, and at
 * once where a code names one that is not among them.
 */
export class KeyRing {
  readonly #load: LoadKeys;
  readonly #now: () => number;
  #keys: readonly SigningKey[] = [];
  #byId: ReadonlyMap<string, PublicKey> = new Map();
  #loadedAt = Number.NEGATIVE_INFINITY;
  #loading: Promise<void> | null = null;

  constructor(load: LoadKeys, now: () => number = Date.now) {
    this.#load = load;
    this.#now = now;
  }

  /** @throws what loading throws, where no keys are known yet. */
  async signer(): Promise<SigningKey> {
    await this.#fresh(AGE_MS_MAX);
    const [newest] = this.#keys;
    if (newest === undefined) throw new Error("invariant: there are no ticket keys");
    return newest;
  }

  /** All keys, newest first. */
  async all(): Promise<readonly PublicKey[]> {
    await this.#fresh(AGE_MS_MAX);
    return this.#keys;
  }

  /** The keys to verify a code with that says it is signed with this one. */
  async forCode(keyId: string): Promise<ReadonlyMap<string, PublicKey>> {
    await this.#fresh(this.#byId.has(keyId) ? AGE_MS_MAX : RELOAD_PAUSE_MS);
    return this.#byId;
  }

  async #fresh(ageMsMax: number): Promise<void> {
    if (this.#now() - this.#loadedAt < ageMsMax) return;
    this.#loading ??= this.#reload().finally(() => {
      this.#loading = null;
    });
    await this.#loading;
  }

  async #reload(): Promise<void> {
    try {
      this.#keys = await this.#load();
      this.#byId = new Map(this.#keys.map((key) => [key.id, key]));
    } catch (error) {
      // What was known is as good as before; a database that is away for a while does not close the doors.
      if (this.#keys.length === 0) throw error;
    }
    this.#loadedAt = this.#now();
  }
}
