import { readFileSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "./free-port.ts";
import { type GuardedPostgres, startGuarded } from "./guarded-postgres.ts";
import type { Log } from "./log.ts";
import type { ClusterPlace } from "./postgres-cluster.ts";
import { endOfLog, rotateLog, sizeOfLog } from "./postgres-log.ts";
import { isAlive, readPostmaster, stopPostmaster } from "./postmaster.ts";

const READY_MS_MAX = 300_000; // recovery after a crash may replay gigabytes
const START_ATTEMPTS_MAX = 20;
const START_PAUSE_MS = 250;
const RESTART_PAUSE_MS_MAX = 5_000;

export interface ServerOptions {
  readonly place: ClusterPlace;
  readonly log: Log;
  readonly logFile: string;
  /** Remembers the port, so that it stays the same from run to run while it is free. */
  readonly portFile: string;
  readonly settings: Readonly<Record<string, string>>;
  readonly orphanGraceS: number;
}

/**
 * One cluster's server, kept running:
 *
 *     start() → running ⇄ died, being started again on the same port
 *                  └─ stop() → stopped
 */
export class PostgresServer {
  readonly #options: ServerOptions;
  #running: GuardedPostgres | null = null;
  #restarting: Promise<void> = Promise.resolve();
  #port = 0;
  #stopping = false;

  constructor(options: ServerOptions) {
    this.#options = options;
  }

  get port(): number {
    return this.#port;
  }

  get pid(): number {
    if (this.#running === null) throw new Error("invariant: PostgreSQL was not started");
    return this.#running.pid;
  }

  /** Resolves once connections are accepted. @throws Error with the end of the server's log. */
  async start(): Promise<void> {
    rotateLog(this.#options.logFile);
    let preferred = rememberedPort(this.#options.portFile);
    for (let attempt = 1; ; attempt++) {
      this.#port = await freePort(preferred);
      try {
        await this.#launch();
        return writeFileSync(this.#options.portFile, `${this.#port}\n`);
      } catch (error) {
        if (this.#stopping || attempt === START_ATTEMPTS_MAX || !passesWithTime(error)) throw error;
        preferred = null;
        await sleep(START_PAUSE_MS);
      }
    }
  }

  async stop(immediate: boolean): Promise<void> {
    this.#stopping = true;
    if (this.#running !== null) {
      await stopPostmaster(this.#running.pid, immediate);
      await this.#running.exited;
    }
    await this.#restarting;
  }

  async #launch(): Promise<void> {
    const { place, logFile, settings, orphanGraceS } = this.#options;
    const logged = sizeOfLog(logFile);
    const running = await startGuarded(place, { port: this.#port, logFile, settings, orphanGraceS });
    this.#running = running;
    await this.#becomesReady(running, logged);
    void running.exited.then((code) => this.#died(running, code));
  }

  async #becomesReady(running: GuardedPostgres, logged: number): Promise<void> {
    let ended = false;
    void running.exited.then(() => (ended = true));
    const deadline = Date.now() + READY_MS_MAX;
    for (;;) {
      const postmaster = readPostmaster(this.#options.place.cluster);
      if (postmaster?.pid === running.pid && postmaster.ready) return;
      if (ended) throw new Error(`PostgreSQL did not start:\n${endOfLog(this.#options.logFile, logged)}`);
      if (Date.now() > deadline) throw new Error(`PostgreSQL was not ready within ${READY_MS_MAX} ms`);
      await sleep(10);
    }
  }

  #died(running: GuardedPostgres, code: number | null): void {
    if (this.#stopping) return;
    this.#options.log.error(
      { code, postgresPid: running.pid },
      "PostgreSQL ended unexpectedly; starting it again",
    );
    this.#restarting = this.#startAgain(running.pid);
  }

  async #startAgain(oldPid: number): Promise<void> {
    for (let pauseMs = 50; !this.#stopping; pauseMs = Math.min(2 * pauseMs, RESTART_PAUSE_MS_MAX)) {
      try {
        // Where the guard was killed and not the server, that one is still there.
        if (isAlive(oldPid)) await stopPostmaster(oldPid);
        await this.#launch();
        return this.#options.log.info({ postgresPid: this.pid }, "PostgreSQL is back");
      } catch (error) {
        if (!this.#stopping)
          this.#options.log.error({ error: String(error) }, "PostgreSQL did not start again");
        await sleep(pauseMs);
      }
    }
  }
}

/** A port taken in the last moment, or backends of a killed server that have not noticed yet. */
function passesWithTime(error: unknown): boolean {
  return /could not bind|already in use|pre-existing shared memory|lock file .* already exists/i.test(
    String(error),
  );
}

function rememberedPort(file: string): number | null {
  try {
    const port = Number.parseInt(readFileSync(file, "utf8"), 10);
    return port > 0 && port < 65_536 ? port : null;
  } catch {
    return null;
  }
}
