import type { EventId } from "../domain/ids.ts";
import type { Activations } from "./activations.ts";
import type { Catalog } from "./catalog.ts";

export interface SweepPorts {
  readonly catalog: Catalog;
  readonly activations: Activations;
  /** Events with mail that can be decided now, whoever was told of it. */
  readonly eventsWithMail: () => Promise<EventId[]>;
  /** Events whose time has come. */
  readonly dueEvents: () => Promise<EventId[]>;
  /** Ends turns that hold an actor for too long; returns how many. */
  readonly endStuckTurns: () => Promise<number>;
  readonly onStuck: (count: number) => void;
  readonly onFault: (error: unknown) => void;
}

/**
 * Finds what no notice told of: mail whose wake-up was lost, actors whose time has come, turns that are stuck,
 * activations that are idle. One pass after the other, `intervalMs` apart.
 */
export class Sweep {
  readonly #ports: SweepPorts;
  readonly #intervalMs: number;
  #timer: NodeJS.Timeout | null = null;
  #closed = false;

  constructor(ports: SweepPorts, intervalMs: number) {
    this.#ports = ports;
    this.#intervalMs = intervalMs;
  }

  start(): void {
    this.#closed = false;
    this.#schedule(0);
  }

  close(): void {
    this.#closed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  /** One pass; errors are reported, not thrown. */
  async pass(): Promise<void> {
    const { catalog, activations, eventsWithMail, dueEvents, endStuckTurns, onStuck, onFault } = this.#ports;
    try {
      const [mail, due, stuck] = await Promise.all([eventsWithMail(), dueEvents(), endStuckTurns()]);
      catalog.hint(mail);
      catalog.hint(due);
      if (stuck > 0) onStuck(stuck);
    } catch (error) {
      onFault(error);
    }
    activations.passivateIdle(performance.now());
  }

  #schedule(delayMs: number): void {
    if (this.#closed) return;
    // Closed and started again during a pass, there would be two.
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = setTimeout(async () => {
      await this.pass();
      this.#schedule(this.#intervalMs);
    }, delayMs);
  }
}
