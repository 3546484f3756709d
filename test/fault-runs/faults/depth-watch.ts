import { setTimeout as sleep } from "node:timers/promises";
import type { FaultRun } from "../fault.ts";

const EVERY_MS = 25;

/** How far a line was at a moment: between `from` and `to` on the history's clock. */
export interface DepthLook {
  readonly from: number;
  readonly to: number;
  readonly waiting: number;
  readonly decided: number;
}

/** Looks at the line of one event in the database, again and again, until it is empty. */
export class DepthWatch {
  readonly #run: FaultRun;
  readonly #event: string;
  readonly #looks: DepthLook[] = [];
  #isEnding = false;
  readonly #watching: Promise<void>;

  constructor(run: FaultRun, event: string) {
    this.#run = run;
    this.#event = event;
    this.#watching = this.#watch();
  }

  /** Resolves when nobody waits. @returns all looks, in order */
  async untilEmpty(): Promise<readonly DepthLook[]> {
    this.#isEnding = true;
    await this.#watching;
    return this.#looks;
  }

  async #watch(): Promise<void> {
    for (;;) {
      const look = await this.#look();
      this.#looks.push(look);
      if (this.#isEnding && look.waiting === 0) return;
      await sleep(EVERY_MS);
    }
  }

  async #look(): Promise<DepthLook> {
    const { history, system } = this.#run;
    const from = history.now();
    const { rows } = await system.db.query(
      `select bookings_accepted::integer as accepted, bookings_decided::integer as decided
         from actor join mailbox_counter using (event_id) where event_id = $1`,
      [this.#event],
    );
    const { accepted = 0, decided = 0 } = rows[0] ?? {};
    return { from, to: history.now(), waiting: accepted - decided, decided };
  }
}
