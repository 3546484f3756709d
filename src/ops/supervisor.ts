import { Child, type ChildSpec } from "./child.ts";
import type { Log } from "./log.ts";
import { type Reaper, startReaper } from "./reaper.ts";

export interface SupervisorOptions {
  readonly log: Log;
  /** Groups of children in the order in which they are stopped. All are started at once. */
  readonly groups: readonly (readonly ChildSpec[])[];
  /** Bound of the whole stop; each group has an equal share of it. */
  readonly shutdownMsMax: number;
}

/** Keeps child processes running, and leaves none behind however this process ends. */
export class Supervisor {
  readonly #groups: readonly (readonly Child[])[];
  readonly #shutdownMsMax: number;
  readonly #reaper: Reaper;

  constructor({ log, groups, shutdownMsMax }: SupervisorOptions) {
    const onChange = () => this.#reaper.watch(this.pids);
    this.#groups = groups.map((specs) => specs.map((spec) => new Child(spec, { log, onChange })));
    this.#shutdownMsMax = shutdownMsMax;
    this.#reaper = startReaper(shutdownMsMax);
  }

  get pids(): readonly number[] {
    return this.#children.flatMap(({ pid }) => (pid === null ? [] : [pid]));
  }

  /** The port that a child said it serves, or null. */
  portOf(name: string): number | null {
    return this.#children.find((child) => child.name === name)?.port ?? null;
  }

  /** Starts all children. @throws Error naming the first that did not become ready; `stop` ends the others. */
  async start(): Promise<void> {
    await Promise.all(this.#children.map((child) => child.start()));
  }

  /** Drains group after group; what takes longer than its share of the time is killed. */
  async stop(): Promise<void> {
    const shareMs = this.#shutdownMsMax / this.#groups.length;
    for (const group of this.#groups) await Promise.all(group.map((child) => child.stop(shareMs)));
    this.#reaper.dismiss();
  }

  /** Ends all children at once; a `stop` under way resolves. */
  kill(): void {
    for (const child of this.#children) child.kill();
  }

  get #children(): readonly Child[] {
    return this.#groups.flat();
  }
}
