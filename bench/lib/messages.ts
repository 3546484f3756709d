import type { ChildProcess } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";

const READY_MS_MAX = 60_000;
const READY_ASK_MS = 50;
const PRINTED_MAX = 4_000;

/** Keeps the end of what a process prints. @returns a function that gives it */
export function keepOutput(child: ChildProcess): () => string {
  let text = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on("data", (chunk) => {
      text = (text + chunk).slice(-PRINTED_MAX);
    });
  }
  return () => text.trim();
}

/** Waits until a process says that it is ready, or answers there. @returns the port that it serves */
export async function readyPort(
  child: ChildProcess,
  { name, readyUrl }: { readonly name: string; readonly readyUrl?: string },
  printed: () => string,
): Promise<number> {
  const timer = setTimeout(() => child.kill("SIGKILL"), READY_MS_MAX);
  const asking = new AbortController();
  try {
    const reported = nextMessage(child, name, printed, portOf);
    return await (readyUrl === undefined
      ? reported
      : Promise.race([reported, answers(readyUrl, asking.signal)]));
  } finally {
    clearTimeout(timer);
    asking.abort();
  }
}

async function answers(url: string, signal: AbortSignal): Promise<number> {
  while (!signal.aborted) {
    const reply = await fetch(url, { signal }).catch(() => null);
    if (reply?.ok === true) break;
    await sleep(READY_ASK_MS);
  }
  return Number(new URL(url).port);
}

function portOf(message: unknown): number | null {
  if (typeof message !== "object" || message === null || !("type" in message)) return null;
  if (message.type !== "ready") return null;
  return "port" in message && typeof message.port === "number" ? message.port : 0;
}

/** The next message for which `pick` gives a value. @throws Error with what was printed where the process ends first */
export function nextMessage<T>(
  child: ChildProcess,
  name: string,
  printed: () => string,
  pick: (message: unknown) => T | null,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const done = () => {
      child.off("message", onMessage);
      child.off("exit", onExit);
    };
    const onMessage = (message: unknown) => {
      const picked = pick(message);
      if (picked === null) return;
      done();
      resolve(picked);
    };
    const onExit = (code: number | null) => {
      done();
      reject(new Error(`${name} ended (${code ?? "killed"}): ${printed()}`));
    };
    child.on("message", onMessage);
    child.once("exit", onExit);
    if (child.exitCode !== null) onExit(child.exitCode);
  });
}
