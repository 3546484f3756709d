import { createUsers } from "../../../bench/lib/users.ts";
import type { FaultRun } from "../fault.ts";

const POINTS = 12;
/** Longer than a run, so that no window ends in one. */
const WINDOW_S = 3_600;
const LIMIT = "admin";
const PATH = "/api/v1/auth/admin/users?limit=1";

/** One limit is low enough to be reached, on routes that the workload does not ask; all others are out of the way. */
export const LIMITED_ENV = { RATE_LIMITS: `all=1000000/60,${LIMIT}=${POINTS}/${WINDOW_S}` };

/** A process that has waited too long for Redis once counts by itself for a moment: on a busy machine one look may be such. */
const LOOKS_MAX = 4;

/**
 * Asks every API process in turn for what is limited, as somebody new, and holds against the limit how many were let in:
 * as many as allowed where all count together, as many at each where each counts by itself.
 */
export async function countLimited(run: FaultRun, counted: "shared" | "each"): Promise<void> {
  const right = counted === "shared" ? POINTS : POINTS * run.system.apis.length;
  const who = counted === "shared" ? "all API processes together" : "each API process";
  const seen: number[] = [];
  while (seen.at(-1) !== right && seen.length < LOOKS_MAX) seen.push(await letIn(run));
  run.remark(`${seen.join(", ")} requests were let in where ${who} may let in ${POINTS}`);
  if (seen.at(-1) !== right)
    run.violation(`${seen.at(-1)} requests were let in by a limit that allows ${right}`);
}

async function letIn({ system: { apis, db, secret } }: FaultRun): Promise<number> {
  const [admin] = await createUsers(db, { secret, count: 1, role: "admin" });
  let count = 0;
  for (let at = 0; at < (POINTS + 1) * apis.length; at += 1) {
    const url = (apis[at % apis.length]?.directUrl ?? "") + PATH;
    const reply = await fetch(url, { headers: { authorization: `Bearer ${admin?.token}` } });
    await reply.text();
    if (reply.status === 200) count += 1;
    else if (reply.status !== 429) throw new Error(`${url} was answered ${reply.status}`);
  }
  return count;
}
