import { fork } from "node:child_process";
import { join } from "node:path";
import type { LoadReport } from "./load-process.ts";
import type { LoadFigures, LoadOrder, RunningLoad } from "./ports.ts";

const FILE = join(import.meta.dirname, "load-process.ts");
/** Longer than the longest request, beyond its time: then it is stuck. */
const OVERTIME_MS_MAX = 30_000;

/** Starts a process that asks, and hears how far it is. It gets nothing of this one's environment. */
export function startLoad(order: LoadOrder, onProgress: (figures: LoadFigures) => void): RunningLoad {
  const child = fork(FILE, [], {
    env: {},
    execArgv: [],
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  const stop = () => void child.kill("SIGKILL");
  const overdue = setTimeout(stop, order.durationMs + OVERTIME_MS_MAX);
  const done = new Promise<LoadFigures>((resolve, reject) => {
    child.on("message", (report: LoadReport) => {
      if (report.type === "progress") onProgress(report.figures);
      else resolve(report.figures);
    });
    child.once("error", reject);
    child.once("exit", (code, signal) => reject(new Error(`its process ended with ${signal ?? code}`)));
  }).finally(() => {
    clearTimeout(overdue);
    stop();
  });
  child.send(order);
  return { done, stop };
}
