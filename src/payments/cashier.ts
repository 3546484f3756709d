import type { PaymentTask } from "../domain/payment-task.ts";
import type { Log } from "../ops/log.ts";
import { Renewal } from "../ops/renewal.ts";
import { WorkLoop } from "../ops/work-loop.ts";
import { ProviderFault } from "./faults.ts";
import type { ClaimedTask, Teller } from "./teller.ts";

export interface CashierPorts {
  readonly teller: Teller;
  readonly claim: (max: number, leaseMs: number) => Promise<ClaimedTask[]>;
  readonly renew: (tasks: readonly PaymentTask[], leaseMs: number) => Promise<void>;
  readonly finish: (task: PaymentTask) => Promise<void>;
  readonly postpone: (task: PaymentTask, delayMs: number) => Promise<void>;
  readonly observe: (done: { readonly kind: PaymentTask["kind"]; readonly result: string }) => void;
  /** Asks as a part of what the question follows from. */
  readonly tracing?: {
    around(
      work: { readonly name: string; readonly carriers: readonly string[] },
      run: () => Promise<number | null>,
    ): Promise<number | null>;
  };
  readonly log: Log;
}

/** Questions under way at once: a provider that is slow about one does not keep the others waiting. */
const UNDER_WAY_MAX = 32;
/** A task that is being done is claimed anew all the time, so that one whose process died is soon taken over. */
const LEASE_MS = 6_000;
const RENEW_MS = 1_500;
const IDLE_MS = 500;
const RETRY_MS = 500;
const RETRY_MS_MAX = 300_000;

/** Asks providers what turns owe them, and brings their answers back to the events as commands. */
export class Cashier {
  readonly #ports: CashierPorts;
  readonly #underWay = new Map<ClaimedTask, Promise<void>>();
  readonly #loop = new WorkLoop(() => this.#round());
  readonly #renewal = new Renewal(RENEW_MS, () => this.#ports.renew([...this.#underWay.keys()], LEASE_MS));

  constructor(ports: CashierPorts) {
    this.#ports = ports;
  }

  start(): void {
    this.#renewal.start();
    this.#loop.start();
  }

  /** There is something new to do. A hint: without it the cashier looks twice a second. */
  hint(): void {
    this.#loop.hint();
  }

  /** Lets the questions under way be answered and asks no more. */
  async close(): Promise<void> {
    await this.#loop.close();
    await Promise.all(this.#underWay.values());
    this.#renewal.stop();
  }

  async #round(): Promise<number> {
    const room = UNDER_WAY_MAX - this.#underWay.size;
    // Whatever is answered next makes room and hints.
    if (room === 0) return IDLE_MS;
    const tasks = await this.#ports.claim(room, LEASE_MS).catch((error) => {
      this.#ports.log.warn({ error: String(error) }, "payment tasks cannot be read; trying again");
      return [];
    });
    for (const task of tasks) this.#underWay.set(task, this.#do(task));
    return tasks.length < room ? IDLE_MS : 0;
  }

  async #do(task: ClaimedTask): Promise<void> {
    const { log, observe, postpone } = this.#ports;
    try {
      await this.#end(task, await this.#ask(task));
    } catch (error) {
      const isHopeless = error instanceof ProviderFault && !error.isRetryable;
      observe({ kind: task.kind, result: "failed" });
      // Even what looks hopeless is kept and tried again: money must not be forgotten because of a wrong key.
      const delayMs = isHopeless ? RETRY_MS_MAX : Math.min(RETRY_MS_MAX, RETRY_MS * 2 ** task.attempts);
      const { kind, attempts } = task;
      log.warn({ kind, attempts, error: String(error) }, "a provider could not be asked");
      this.#underWay.delete(task);
      await postpone(task, delayMs).catch(() => undefined);
    }
    this.#loop.hint();
  }

  #ask(task: ClaimedTask): Promise<number | null> {
    const { teller, tracing } = this.#ports;
    const { kind, trace } = task;
    if (tracing === undefined || trace == null) return teller.ask(task);
    return tracing.around({ name: `payment ${kind}`, carriers: [trace] }, () => teller.ask(task));
  }

  /** @param againMs null where the task is done, else after how many milliseconds to ask again. */
  async #end(task: ClaimedTask, againMs: number | null): Promise<void> {
    const { observe, finish, postpone } = this.#ports;
    // No longer renewed: what is written now is the last word.
    this.#underWay.delete(task);
    observe({ kind: task.kind, result: againMs === null ? "done" : "undecided" });
    await (againMs === null ? finish(task) : postpone(task, againMs));
  }
}
