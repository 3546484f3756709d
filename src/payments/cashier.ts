import type { PaymentTask } from "../domain/payment-task.ts";
import type { Log } from "../ops/log.ts";
import { ProviderFault } from "./faults.ts";
import type { ClaimedTask, Teller } from "./teller.ts";

export interface CashierPorts {
  readonly teller: Teller;
  readonly claim: (max: number, leaseMs: number) => Promise<ClaimedTask[]>;
  readonly renew: (tasks: readonly PaymentTask[], leaseMs: number) => Promise<void>;
  readonly finish: (task: PaymentTask) => Promise<void>;
  readonly postpone: (task: PaymentTask, delayMs: number) => Promise<void>;
  readonly observe: (done: { readonly kind: PaymentTask["kind"]; readonly result: string }) => void;
  readonly log: Log;
}

const CLAIM_MAX = 32;
/** A task that is being done is claimed anew all the time, so that one whose process died is soon taken over. */
const LEASE_MS = 6_000;
const RENEW_MS = 1_500;
const IDLE_MS = 500;
const RETRY_MS = 500;
const RETRY_MS_MAX = 300_000;

/** Asks providers what turns owe them, and brings their answers back to the events as commands. */
export class Cashier {
  readonly #ports: CashierPorts;
  readonly #stop = new AbortController();
  readonly #underWay = new Set<ClaimedTask>();
  #wake: () => void = () => undefined;
  #running: Promise<void> = Promise.resolve();

  constructor(ports: CashierPorts) {
    this.#ports = ports;
  }

  start(): void {
    this.#running = this.#run();
  }

  /** There is something new to do. A hint: without it the cashier looks twice a second. */
  hint(): void {
    this.#wake();
  }

  async close(): Promise<void> {
    this.#stop.abort();
    this.#wake();
    await this.#running;
  }

  async #run(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      const tasks = await this.#ports.claim(CLAIM_MAX, LEASE_MS).catch((error) => {
        this.#ports.log.warn({ error: String(error) }, "payment tasks cannot be read; trying again");
        return [];
      });
      await this.#whileRenewing(tasks, () => Promise.all(tasks.map((task) => this.#do(task))));
      if (tasks.length < CLAIM_MAX) await this.#pause();
    }
  }

  async #whileRenewing(tasks: readonly ClaimedTask[], work: () => Promise<unknown>): Promise<void> {
    const renewal = setInterval(() => {
      this.#ports
        .renew(
          tasks.filter((task) => this.#underWay.has(task)),
          LEASE_MS,
        )
        .catch(() => undefined);
    }, RENEW_MS);
    for (const task of tasks) this.#underWay.add(task);
    await work().finally(() => clearInterval(renewal));
  }

  async #do(task: ClaimedTask): Promise<void> {
    const { log, observe, finish, postpone } = this.#ports;
    try {
      const again = await this.#ports.teller.ask(task).finally(() => this.#underWay.delete(task));
      observe({ kind: task.kind, result: again === null ? "done" : "undecided" });
      await (again === null ? finish(task) : postpone(task, again));
    } catch (error) {
      const isHopeless = error instanceof ProviderFault && !error.isRetryable;
      observe({ kind: task.kind, result: "failed" });
      // Even what looks hopeless is kept and tried again: money must not be forgotten because of a wrong key.
      const delayMs = isHopeless ? RETRY_MS_MAX : Math.min(RETRY_MS_MAX, RETRY_MS * 2 ** task.attempts);
      log.warn(
        { kind: task.kind, attempts: task.attempts, error: String(error) },
        "a provider could not be asked",
      );
      await postpone(task, delayMs).catch(() => undefined);
    }
  }

  async #pause(): Promise<void> {
    if (this.#stop.signal.aborted) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, IDLE_MS);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
