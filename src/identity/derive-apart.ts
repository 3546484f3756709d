import { type ChildProcess, fork } from "node:child_process";
import { join } from "node:path";
import { Fault } from "../ops/fault.ts";
import type { Derive, DeriveParameters } from "./derive.ts";

const FILE = join(import.meta.dirname, "derive-process.ts");

interface Answer {
  readonly id: number;
  readonly tag?: Uint8Array;
  readonly error?: string;
}

interface Job {
  readonly done: (tag: Buffer) => void;
  readonly failed: (error: Error) => void;
}

/** One process that computes; started beforehand, and again when it is needed after it ended. */
class Deriver {
  readonly #niceness: number;
  readonly #jobs = new Map<number, Job>();
  #child: ChildProcess | null;
  #asked = 0;

  constructor(niceness: number) {
    this.#niceness = niceness;
    this.#child = this.#start();
  }

  get load(): number {
    return this.#jobs.size;
  }

  derive(parameters: DeriveParameters): Promise<Buffer> {
    this.#child ??= this.#start();
    const child = this.#child;
    this.#asked += 1;
    const id = this.#asked;
    return new Promise((done, failed) => {
      this.#jobs.set(id, { done, failed });
      child.ref();
      child.channel?.ref();
      // Where it cannot be sent, the process has ended, or ends: its jobs fail with it.
      child.send({ id, parameters }, () => undefined);
    });
  }

  close(): void {
    this.#child?.kill("SIGKILL");
  }

  #start(): ChildProcess {
    const child = fork(FILE, [String(this.#niceness)], {
      execArgv: [],
      serialization: "advanced",
      stdio: ["ignore", "inherit", "inherit", "ipc"],
    });
    child.on("message", (answer: Answer) => this.#answered(child, answer));
    child.once("error", (error) => this.#ended(child, error));
    child.once("exit", (code, signal) => this.#ended(child, new Error(`ended with ${signal ?? code}`)));
    this.#rest(child);
    return child;
  }

  #answered(child: ChildProcess, { id, tag, error }: Answer): void {
    const job = this.#jobs.get(id);
    this.#jobs.delete(id);
    if (this.#jobs.size === 0) this.#rest(child);
    if (tag === undefined) job?.failed(new Error(`argon2id: ${error}`));
    else job?.done(Buffer.from(tag));
  }

  /** With nothing to compute it does not keep this process alive. */
  #rest(child: ChildProcess): void {
    child.unref();
    child.channel?.unref();
  }

  #ended(child: ChildProcess, cause: Error): void {
    if (this.#child !== child) return;
    this.#child = null;
    const jobs = [...this.#jobs.values()];
    this.#jobs.clear();
    for (const { failed } of jobs)
      failed(new Fault("Overloaded", "password hashing was interrupted", { cause }));
  }
}

/**
 * Computes in so many processes of their own, at a lower priority than everything of this machine that they share a session
 * (on Linux: an autogroup, see sched(7)) with. 19 is the lowest there is.
 */
export function createDeriveApart(options: { readonly processes: number; readonly niceness: number }): {
  readonly derive: Derive;
  close(): void;
} {
  const derivers = Array.from({ length: options.processes }, () => new Deriver(options.niceness));
  return {
    derive: (parameters) =>
      derivers.reduce((idlest, one) => (one.load < idlest.load ? one : idlest)).derive(parameters),
    close() {
      for (const deriver of derivers) deriver.close();
    },
  };
}
