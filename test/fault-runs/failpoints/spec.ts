import { isPoint, type Point } from "../../../src/ops/points.ts";

/**
 * What a process does when it comes to a point for the `hit`-th time. `kill`: SIGKILL to itself, at once. `exit`: ends
 * with code 1, exit handlers run. `freeze`: its one thread stands still for `ms`, sockets stay open. `stop`: SIGSTOP to
 * itself, until somebody lets it go on. `note`: nothing but the report.
 */
export interface Failpoint {
  readonly point: Point;
  readonly hit: number;
  readonly action:
    | { readonly type: "kill" | "exit" | "stop" | "note" }
    | { readonly type: "freeze"; readonly ms: number };
}

/** The environment of a process that is started with failpoints; no production code reads it. */
export const FAILPOINTS_VARIABLE = "EVENTLY_FAILPOINTS";
/** The file into which a process reports; beside it, `.spec`, lies what it arms on SIGUSR2. */
export const REPORT_VARIABLE = "EVENTLY_FAILPOINTS_REPORT";

const FORM = /^([a-zA-Z.]+)(?::([1-9]\d*))?=(kill|exit|stop|note|freeze:(\d+))$/;

/**
 * Reads `turn.decided:3=kill,accept.sent=freeze:200`; without a count it is the first hit.
 * @throws Error naming the part that cannot be read.
 */
export function readFailpoints(text: string): Failpoint[] {
  return text
    .split(",")
    .filter((part) => part !== "")
    .map((part) => {
      const match = FORM.exec(part);
      const [, point = "", hit = "1", action = "", ms] = match ?? [];
      if (match === null || !isPoint(point)) throw new Error(`no failpoint: ${part}`);
      return {
        point,
        hit: Number(hit),
        action:
          ms === undefined
            ? { type: action as "kill" | "exit" | "stop" | "note" }
            : { type: "freeze", ms: Number(ms) },
      };
    });
}
