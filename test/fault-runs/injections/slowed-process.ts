import { setTimeout as sleep } from "node:timers/promises";
import type { RoleProcess } from "../system/role-process.ts";

const PERIOD_MS = 100;

/** A process that may run for a part of the time only, because it is stopped for the rest; until released. */
export class SlowedProcess {
  readonly #process: RoleProcess;
  readonly #runMs: number;
  #goesOn = true;
  readonly #running: Promise<void>;

  /** @param share of the time that it runs, between 0 and 1 */
  constructor(process: RoleProcess, share: number) {
    this.#process = process;
    this.#runMs = PERIOD_MS * share;
    this.#running = this.#run();
  }

  async release(): Promise<void> {
    this.#goesOn = false;
    await this.#running;
  }

  async #run(): Promise<void> {
    while (this.#goesOn) {
      this.#process.freeze();
      await sleep(PERIOD_MS - this.#runMs);
      this.#process.thaw();
      await sleep(this.#runMs);
    }
  }
}
