import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { Fault } from "../ops/fault.ts";
import type { PrintJob } from "./print-job.ts";

export interface PrinterLimits {
  /** Jobs that may wait behind the one that is drawn; beyond, people are asked to come back. */
  readonly waitingMax: number;
  /** A hundred tickets take a thirtieth of that where the machine has nothing else to do; whoever takes longer is stuck. */
  readonly jobMsMax: number;
  /** So long an idle thread, with its fonts, is kept. */
  readonly idleMsMax: number;
}

export const PRINTER_LIMITS: PrinterLimits = { waitingMax: 64, jobMsMax: 10_000, idleMsMax: 60_000 };

type Answer = { readonly picture: Uint8Array } | { readonly error: string };

const THREAD = new URL("./print-thread.ts", import.meta.url);

/**
 * Draws tickets on a thread beside the one that answers requests, one job at a time. The thread is started by the first
 * job and ends after a while without any.
 */
export class Printer {
  readonly #limits: PrinterLimits;
  readonly #thread: URL;
  #worker: Worker | null = null;
  #waiting = 0;
  #last: Promise<unknown> = Promise.resolve();
  #idle: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(limits: PrinterLimits = PRINTER_LIMITS, thread: URL = THREAD) {
    this.#limits = limits;
    this.#thread = thread;
  }

  /** @throws Fault "Overloaded" where too many wait; Error where the job cannot be drawn. */
  async print(job: PrintJob): Promise<Buffer> {
    if (this.#isClosed || this.#waiting > this.#limits.waitingMax) {
      throw new Fault("Overloaded", "too many tickets wait to be drawn");
    }
    this.#waiting += 1;
    const drawn = this.#last.then(() => this.#draw(job));
    this.#last = drawn.catch(() => undefined);
    try {
      return Buffer.from(await drawn);
    } finally {
      this.#waiting -= 1;
    }
  }

  /** Waits for the jobs under way; takes no more. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#last;
    await this.#end();
  }

  async #draw(job: PrintJob): Promise<Uint8Array> {
    clearTimeout(this.#idle);
    const worker = this.#worker ?? this.#begin();
    worker.ref();
    worker.postMessage(job);
    const answer = await this.#answerOf(worker);
    // A process that has nothing else to do may end.
    worker.unref();
    this.#idle = setTimeout(() => void this.#end(), this.#limits.idleMsMax).unref();
    if ("error" in answer) throw new Error(`tickets cannot be drawn: ${answer.error}`);
    return answer.picture;
  }

  async #answerOf(worker: Worker): Promise<Answer> {
    const signal = AbortSignal.timeout(this.#limits.jobMsMax);
    try {
      // Rejects where the thread dies, too: it emits "error" then.
      const [answer] = (await once(worker, "message", { signal })) as [Answer];
      return answer;
    } catch (cause) {
      // Whatever it still does, its answer would be taken for that to the next job.
      await this.#end();
      if (signal.aborted) throw new Fault("Overloaded", "tickets were not drawn in time", { cause });
      throw cause;
    }
  }

  #begin(): Worker {
    const worker = new Worker(this.#thread);
    // One that dies between two jobs is replaced by the next.
    worker
      .on("error", () => undefined)
      .on("exit", () => {
        if (this.#worker === worker) this.#worker = null;
      });
    this.#worker = worker;
    return worker;
  }

  async #end(): Promise<void> {
    clearTimeout(this.#idle);
    const worker = this.#worker;
    this.#worker = null;
    await worker?.terminate();
  }
}
