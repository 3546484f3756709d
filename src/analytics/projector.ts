import type { Log } from "../ops/log.ts";
import type { Rush } from "../ops/rush.ts";
import { WorkLoop } from "../ops/work-loop.ts";
import { WorkRest } from "../ops/work-rest.ts";
import type { ProjectorStore, Step } from "./ports.ts";

export interface ProjectorPorts {
  readonly store: ProjectorStore;
  readonly rush: Pick<Rush, "isOn">;
  readonly observe: (step: Step) => void;
  readonly log: Log;
}

/** Ledger entries of one transaction. */
const ENTRIES_MAX = 2_000;
/** How often it is looked whether a ledger moved, told of or not. */
const SWEEP_MS = 2_000;
/** Between two looks: what is decided meanwhile is added up together. */
const GATHER_MS = 500;
const REST = { restPerWork: 1, restMsMax: 5_000 } as const;

/**
 * Adds up what is decided, behind everything else: it walks every event's ledger by number from where it was left. No turn
 * does anything for it. Any number of them may run: one at a time works, and whichever is killed leaves nothing half done.
 */
export class Projector {
  readonly #ports: ProjectorPorts;
  readonly #rest: WorkRest;
  readonly #loop = new WorkLoop((signal) => this.#round(signal));

  constructor(ports: ProjectorPorts) {
    this.#ports = ports;
    this.#rest = new WorkRest({ ...REST, rush: ports.rush });
  }

  start(): void {
    this.#loop.start();
  }

  /** Something was decided. */
  hint(): void {
    this.#loop.hint();
  }

  /** Resolves when the step under way is committed. */
  close(): Promise<void> {
    return this.#loop.close();
  }

  async #round(signal: AbortSignal): Promise<number> {
    const { store, observe, log } = this.#ports;
    // Hints come with every turn; they do not shorten the rest.
    await this.#rest.untilOver(signal);
    if (signal.aborted) return 0;
    const step = await this.#rest
      .after(() => store.step(ENTRIES_MAX))
      .catch((error) => {
        log.warn({ error: String(error) }, "analytics cannot be brought up to date; trying again");
        return null;
      });
    if (step !== null) observe(step);
    // A backlog is worked off without more rest; else whatever is hinted at is gathered.
    if (step?.type === "done" && step.behind > step.entries) return 0;
    this.#rest.atLeast(GATHER_MS);
    return SWEEP_MS;
  }
}
