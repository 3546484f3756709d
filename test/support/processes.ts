import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { isAlive } from "../../src/ops/postmaster.ts";

/** The processes below one, of any depth, as they are now. */
export function descendantsOf(pid: number): number[] {
  const listed = execFileSync("ps", ["-A", "-o", "pid=,ppid="], { encoding: "utf8" });
  const pairs = listed.split("\n").flatMap((line) => {
    const [child, parent] = line.trim().split(/\s+/).map(Number);
    return child === undefined || parent === undefined ? [] : [{ child, parent }];
  });
  const below = (above: number): number[] =>
    pairs.filter(({ parent }) => parent === above).flatMap(({ child }) => [child, ...below(child)]);
  return below(pid);
}

/** Waits until the processes have ended; those that have not within `msMax` are returned. */
export async function survivors(pids: readonly number[], msMax: number): Promise<number[]> {
  const deadline = Date.now() + msMax;
  for (;;) {
    const alive = pids.filter(isAlive);
    if (alive.length === 0 || Date.now() > deadline) return alive;
    await sleep(20);
  }
}

/** Programs that a failed test did not stop end with the tests. */
const running = new Set<ChildProcess>();

function killRunning(): void {
  for (const child of running) child.kill("SIGKILL");
}

/** A program under test with everything it printed. */
export class Program {
  readonly #child: ChildProcess;
  readonly #ended: Promise<number | string | null>;
  #printed = "";

  constructor(
    command: readonly [string, ...string[]],
    options: { readonly env?: Readonly<Record<string, string>>; readonly cwd?: string } = {},
  ) {
    const [program, ...args] = command;
    this.#child = spawn(program, args, {
      env: { ...process.env, ...options.env },
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      stdio: ["ignore", "pipe", "pipe"],
    });
    if (!process.listeners("exit").includes(killRunning)) process.on("exit", killRunning);
    running.add(this.#child);
    this.#child.once("exit", () => running.delete(this.#child));
    this.#child.stdout?.on("data", (text) => (this.#printed += text));
    this.#child.stderr?.on("data", (text) => (this.#printed += text));
    this.#ended = new Promise((resolve) =>
      // With "close" its output is complete, but that may be held open by what it left behind.
      this.#child.once("exit", (code, signal) => setImmediate(() => resolve(code ?? signal))),
    );
  }

  get pid(): number {
    if (this.#child.pid === undefined) throw new Error("the program under test did not start");
    return this.#child.pid;
  }

  get printed(): string {
    return this.#printed;
  }

  /** The exit code, or the signal that ended it. */
  get ended(): Promise<number | string | null> {
    return this.#ended;
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Waits for it to print something. @throws Error with all it printed where it ends or takes too long. */
  async prints(pattern: RegExp, msMax = 40_000): Promise<RegExpExecArray> {
    const deadline = Date.now() + msMax;
    for (;;) {
      const found = pattern.exec(this.#printed);
      if (found !== null) return found;
      const isOver = this.#child.exitCode !== null || this.#child.signalCode !== null;
      if (isOver || Date.now() > deadline)
        throw new Error(`no ${pattern} in what it printed:\n${this.#printed}`);
      await sleep(10);
    }
  }
}
