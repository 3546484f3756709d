import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { appendFileSync, readFileSync } from "node:fs";
import { isMainThread } from "node:worker_threads";
import { channelNameOf } from "../../../src/ops/points.ts";
import { FAILPOINTS_VARIABLE, type Failpoint, REPORT_VARIABLE, readFailpoints } from "./spec.ts";

/**
 * Loaded before a role (`--import`). Listens to the points it was told of and, when one is reached often enough, writes
 * so into its report and then acts. What it waits for comes with the environment, or later: on SIGUSR2 it reads
 * `<report>.spec` and counts from there.
 */
function arm(failpoints: readonly Failpoint[], report: string): () => void {
  const listening = failpoints.map(({ point, hit, action }) => {
    let hits = 0;
    const onReached = () => {
      hits += 1;
      if (hits === hit) act(action, () => appendFileSync(report, `${point}:${hit} ${action.type}\n`));
    };
    subscribe(channelNameOf(point), onReached);
    return { name: channelNameOf(point), onReached };
  });
  return () => {
    for (const { name, onReached } of listening) unsubscribe(name, onReached);
  };
}

function act(action: Failpoint["action"], tell: () => void): void {
  tell();
  switch (action.type) {
    case "kill":
      process.kill(process.pid, "SIGKILL");
      // The signal takes a moment: nothing else may happen in it.
      standStill(60_000);
      break;
    case "stop":
      process.kill(process.pid, "SIGSTOP");
      break;
    case "exit":
      process.exit(1);
      break;
    case "freeze":
      standStill(action.ms);
      break;
    case "note":
      break;
    default:
      action satisfies never;
  }
}

function standStill(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

const report = process.env[REPORT_VARIABLE];
const given = process.env[FAILPOINTS_VARIABLE];
// Processes that this one starts are not meant.
delete process.env[REPORT_VARIABLE];
delete process.env[FAILPOINTS_VARIABLE];
if (report !== undefined && isMainThread) {
  let disarm = arm(readFailpoints(given ?? ""), report);
  process.on("SIGUSR2", () => {
    disarm();
    disarm = arm(readFailpoints(readFileSync(`${report}.spec`, "utf8")), report);
    appendFileSync(report, "armed\n");
  });
}
