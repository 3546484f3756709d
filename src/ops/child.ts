import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import type { Log } from "./log.ts";
import { NODE_FLAGS } from "./node-flags.ts";

/** A process role: a module that says `{ type: "ready", port }` over IPC once it works, and drains on SIGTERM. */
export interface ChildSpec {
  readonly name: string;
  readonly file: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

interface Ready {
  readonly type: "ready";
  readonly port?: number;
}

const READY_MS_MAX = 60_000;
/** A child that ran this long after it was ready crashed; one that did not is probably broken. */
const STABLE_MS = 1_000;
const BACKOFF_MS_MIN = 100;
const BACKOFF_MS_MAX = 10_000;

/** How long to wait before the next start, after so many crashes in a row that followed soon upon a start. */
export function backoffMs(fastCrashes: number): number {
  return fastCrashes < 2 ? 0 : Math.min(BACKOFF_MS_MAX, BACKOFF_MS_MIN * 2 ** (fastCrashes - 2));
}

/**
 * One child process, kept running:
 *
 *     start() → starting → ready ⇄ crashed, being started again
 *                  └──────── stop() ────────┘→ stopped
 */
export class Child {
  readonly #spec: ChildSpec;
  readonly #log: Log;
  readonly #onChange: () => void;
  #process: ChildProcess | null = null;
  #port: number | null = null;
  #wasReady = false;
  #fastCrashes = 0;
  #restart: NodeJS.Timeout | null = null;
  #stopping = false;

  /** `onChange` is called whenever `pid` changed. */
  constructor(spec: ChildSpec, options: { readonly log: Log; readonly onChange: () => void }) {
    this.#spec = spec;
    this.#log = options.log;
    this.#onChange = options.onChange;
  }

  get name(): string {
    return this.#spec.name;
  }

  get pid(): number | null {
    return this.#process?.pid ?? null;
  }

  /** The port it said it serves when it was last ready. */
  get port(): number | null {
    return this.#port;
  }

  /**
   * Resolves when it is ready for the first time; from then on it is started again whenever it ends.
   * @throws Error where it ends before that, or is not ready within a minute.
   */
  start(): Promise<void> {
    return new Promise((resolve, reject) => this.#launch(resolve, reject));
  }

  /** Asks it to drain and waits for its end; kills it after `msMax`. */
  async stop(msMax: number): Promise<void> {
    this.#stopping = true;
    if (this.#restart !== null) clearTimeout(this.#restart);
    const running = this.#process;
    if (running === null) return;
    const ended = once(running, "exit");
    running.kill("SIGTERM");
    const killer = setTimeout(() => {
      this.#log.error({ child: this.name, msMax }, "not drained in time; killing it");
      running.kill("SIGKILL");
    }, msMax);
    await ended.finally(() => clearTimeout(killer));
  }

  /** Ends it at once and for good. */
  kill(): void {
    this.#stopping = true;
    if (this.#restart !== null) clearTimeout(this.#restart);
    this.#process?.kill("SIGKILL");
  }

  #launch(onReady: () => void, onFailure: (error: Error) => void): void {
    const child = forkRole(this.#spec);
    let readyAt: number | null = null;
    const overdue = setTimeout(() => child.kill("SIGKILL"), READY_MS_MAX);
    child.on("message", (message: Ready) => {
      if (message.type !== "ready") return;
      clearTimeout(overdue);
      readyAt = Date.now();
      this.#wasReady = true;
      this.#port = message.port ?? null;
      onReady();
    });
    const ended = (how: string) => {
      clearTimeout(overdue);
      this.#setProcess(null);
      if (!this.#wasReady) onFailure(new Error(`${this.name} ended (${how}) before it was ready`));
      else if (!this.#stopping) this.#startAgain(`${this.name} ended (${how})`, readyAt);
    };
    child.once("exit", (code, signal) => ended(signal ?? `exit code ${code}`));
    child.on("error", (error) => {
      // A process that could not be made has no exit.
      if (child.pid === undefined) ended(error.message);
      else this.#log.error({ child: this.name, error: error.message }, "child process");
    });
    this.#setProcess(child);
  }

  #startAgain(end: string, readyAt: number | null): void {
    const wasStable = readyAt !== null && Date.now() - readyAt >= STABLE_MS;
    this.#fastCrashes = wasStable ? 0 : this.#fastCrashes + 1;
    const pauseMs = backoffMs(this.#fastCrashes);
    this.#log.error({ child: this.name, pauseMs }, `${end}; starting it again`);
    const began = Date.now();
    const onReady = () => this.#log.info({ child: this.name, ms: Date.now() - began }, "ready again");
    this.#restart = setTimeout(() => this.#launch(onReady, () => {}), pauseMs);
  }

  #setProcess(child: ChildProcess | null): void {
    this.#process = child;
    this.#onChange();
  }
}

function forkRole({ file, env }: ChildSpec): ChildProcess {
  // A group of its own: Ctrl-C in the terminal reaches the parent alone, which stops its children in order.
  // Its lines go straight to the parent's output, and still have a place to go when the parent was killed.
  return fork(file, [], {
    env,
    execArgv: [...NODE_FLAGS],
    detached: true,
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
}
