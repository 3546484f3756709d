import { setTimeout as sleep } from "node:timers/promises";
import type { Log } from "../ops/log.ts";
import type { Verdict } from "./delivery.ts";

export interface RecorderPorts {
  /** Writes results down, and plans what is to be tried where none of a person's ways worked; how many that are. */
  readonly record: (verdicts: readonly Verdict[]) => Promise<number>;
  /** Something was planned for other channels. */
  readonly onPlanned: () => void;
  readonly log: Log;
}

const BATCH_MAX = 200;
const GATHER_MS = 20;
const FAULT_PAUSE_MS = 1_000;

/** Writes down what became of deliveries: results that come within a moment together. A database that is away is waited for. */
export class Recorder {
  readonly #ports: RecorderPorts;
  readonly #onRecorded: (verdicts: readonly Verdict[]) => void;
  #waiting: Verdict[] = [];
  #isAtWork = false;

  constructor(ports: RecorderPorts, onRecorded: (verdicts: readonly Verdict[]) => void) {
    this.#ports = ports;
    this.#onRecorded = onRecorded;
  }

  add(verdict: Verdict): void {
    this.#waiting.push(verdict);
    if (!this.#isAtWork) void this.#work();
  }

  async #work(): Promise<void> {
    this.#isAtWork = true;
    while (this.#waiting.length > 0) {
      await sleep(GATHER_MS);
      const verdicts = this.#waiting.splice(0, BATCH_MAX);
      if (await this.#record(verdicts)) this.#onRecorded(verdicts);
      else {
        this.#waiting.unshift(...verdicts);
        await sleep(FAULT_PAUSE_MS);
      }
    }
    this.#isAtWork = false;
  }

  async #record(verdicts: readonly Verdict[]): Promise<boolean> {
    const { record, onPlanned, log } = this.#ports;
    try {
      if ((await record(verdicts)) > 0) onPlanned();
      return true;
    } catch (error) {
      log.warn({ error: String(error) }, "results of deliveries cannot be written; trying again");
      return false;
    }
  }
}
