import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { NODE_FLAGS } from "../../src/ops/node-flags.ts";
import { keepOutput, nextMessage, readyPort } from "./messages.ts";

/** A child process that said it is ready. */
export interface Running {
  readonly name: string;
  readonly pid: number;
  /** The port it listens on, 0 where it listens on none. */
  readonly port: number;
  send(message: object): void;
  /** The next message for which `pick` gives a value. @throws Error where the process ends before it. */
  receive<T>(pick: (message: unknown) => T | null): Promise<T>;
  /** Asks it to drain and waits for its end; kills it after a bounded time. */
  stop(): Promise<void>;
}

const STOP_MS_MAX = 20_000;

const ROOT = new URL("../../", import.meta.url);

/**
 * Starts one of the project's programs and waits until it reports `{type: "ready", port}`. It ends with this process:
 * its channel breaks.
 * @param script path from the project's root
 * @throws Error with what it printed where it ends or stays silent instead
 */
export async function startProcess(options: {
  readonly name: string;
  readonly script: string;
  readonly args?: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** For a program that reports nothing: the address that answers 200 once it is ready. */
  readonly readyUrl?: string;
}): Promise<Running> {
  const child = fork(fileURLToPath(new URL(options.script, ROOT)), options.args ?? [], {
    cwd: fileURLToPath(ROOT),
    env: { ...inherited(), ...options.env },
    // As the product's own supervisor starts them; the peers alike.
    execArgv: [...NODE_FLAGS],
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  const printed = keepOutput(child);
  const port = await readyPort(child, options, printed);
  return {
    name: options.name,
    pid: child.pid!,
    port,
    send: (message) => void child.send(message),
    receive: (pick) => nextMessage(child, options.name, printed, pick),
    stop: () => stop(child),
  };
}

/** Runs one of the project's programs to its end. @throws Error with what it printed where it fails. */
export async function runProcess(script: string, env: Readonly<Record<string, string>>): Promise<void> {
  const child = fork(fileURLToPath(new URL(script, ROOT)), [], {
    cwd: fileURLToPath(ROOT),
    env: { ...inherited(), ...env },
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  const printed = keepOutput(child);
  const [code] = (await once(child, "exit")) as [number | null];
  if (code !== 0) throw new Error(`${script} ended with ${code}: ${printed()}`);
}

/** Nothing of the caller's configuration may leak into a measured server, but for how much is traced: see docs/tracing.md. */
function inherited(): Record<string, string> {
  const kept = ["PATH", "HOME", "TMPDIR", "LANG", "TRACE_SAMPLE_RATIO"];
  return Object.fromEntries(kept.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])));
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, "exit");
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), STOP_MS_MAX);
  await exited;
  clearTimeout(timer);
}
