import { spawn } from "node:child_process";
import { constants, setPriority } from "node:os";
import { join } from "node:path";
import type { Log } from "./log.ts";

const VERIFY = join(import.meta.dirname, "../verify.ts");
const LOOK_MS = 60_000;
/** An audit is begun again after this many times what the last one took, at the earliest: a twentieth of a core at most. */
const REST_PER_WORK = 20;
/** `npm run verify` could look; that it found something is a result. */
const LOOKED: readonly (number | null)[] = [0, 1];

export interface Audit {
  readonly differences: number;
  readonly events: number;
  readonly endedAt: number;
  readonly durationMs: number;
}

export interface BooksWatchOptions {
  /** How often at most; 0: never. */
  readonly intervalMs: number;
  /** Whether the next audit is this process's to make. */
  readonly claim: (everyMs: number) => Promise<boolean>;
  readonly last: () => Promise<Audit | null>;
  readonly save: (audit: Audit) => Promise<void>;
  readonly databaseUrl: string;
  readonly log: Log;
  readonly lookMs?: number;
}

/**
 * Has the books audited now and then, by `npm run verify` in a process of its own that steps back behind all others: a long
 * ledger takes memory and time which selling tickets needs.
 */
export class BooksWatch {
  readonly #options: BooksWatchOptions;
  readonly #stop = new AbortController();
  #timer: NodeJS.Timeout | null = null;
  #looking: Promise<void> = Promise.resolve();

  constructor(options: BooksWatchOptions) {
    this.#options = options;
  }

  start(): void {
    if (this.#options.intervalMs === 0) return;
    const look = () => {
      this.#looking = this.#look().finally(() => {
        if (!this.#stop.signal.aborted) this.#timer = setTimeout(look, this.#options.lookMs ?? LOOK_MS);
      });
    };
    look();
  }

  /** Ends an audit under way: the next one begins anew. */
  async close(): Promise<void> {
    this.#stop.abort();
    if (this.#timer !== null) clearTimeout(this.#timer);
    await this.#looking;
  }

  async #look(): Promise<void> {
    const { intervalMs, claim, last, save, databaseUrl, log } = this.#options;
    try {
      const restMs = REST_PER_WORK * ((await last())?.durationMs ?? 0);
      if (!(await claim(Math.max(intervalMs, restMs)))) return;
      const audit = await runVerify(databaseUrl, this.#stop.signal);
      await save(audit);
      if (audit.differences > 0)
        log.error({ differences: audit.differences }, "the books do not agree: npm run verify tells where");
    } catch (error) {
      if (!this.#stop.signal.aborted) log.warn({ error: String(error) }, "the books could not be audited");
    }
  }
}

/** @throws Error where it could not look, with what it complained of. */
async function runVerify(databaseUrl: string, signal: AbortSignal): Promise<Audit> {
  const child = spawn(process.execPath, [VERIFY, "--json"], {
    env: { DATABASE_URL: databaseUrl },
    stdio: ["ignore", "pipe", "pipe"],
    signal,
  });
  if (child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_LOW);
  const [printed, complaints]: [string[], string[]] = [[], []];
  child.stdout.setEncoding("utf8").on("data", (text) => printed.push(text));
  child.stderr.setEncoding("utf8").on("data", (text) => complaints.push(text));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  if (!LOOKED.includes(code)) throw new Error(complaints.join("").trim().slice(-500) || `exit code ${code}`);
  const { differences, events, durationMs } = JSON.parse(printed.join("")) as Audit;
  return { differences, events, durationMs, endedAt: Date.now() };
}
