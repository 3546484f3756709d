import { setTimeout as sleep } from "node:timers/promises";
import { whyNoRedis } from "../../realtime/redis-server.ts";
import type { Fault, FaultRun } from "../fault.ts";
import type { RoleProcess } from "../system/role-process.ts";
import type { LinkState, TcpProxy } from "../system/tcp-proxy.ts";
import { untilUnderWay } from "./progress.ts";

/** Between whom, and the link of a process that is meant. */
const PAIRS = {
  "client-api": { role: "api", linkOf: ({ fromClients }: RoleProcess) => fromClients },
  "api-postgres": { role: "api", linkOf: ({ toPostgres }: RoleProcess) => toPostgres },
  "worker-postgres": { role: "booking", linkOf: ({ toPostgres }: RoleProcess) => toPostgres },
  "effects-postgres": { role: "effects", linkOf: ({ toPostgres }: RoleProcess) => toPostgres },
  "api-redis": { role: "api", linkOf: ({ toRedis }: RoleProcess) => toRedis },
} as const;

/** What becomes of what is sent, seen from the process that opened the connection. */
const WAYS = ["delay", "drop", "cutRequests", "cutReplies", "reset"] as const;
type Way = (typeof WAYS)[number];

const DELAY_MS = 60;
const LASTING_MS = { quick: 1_500, long: 4_000 } as const;
const RESETS_EVERY_MS = 250;
/** After a partition: connections that the server gave up are found dead, and made anew. */
const RECOVERY_MS_MAX = 6_000;

/** NET: the network between two processes delays, loses everything, loses one direction, or resets. */
export const NETWORK: Fault = {
  id: "NET",
  title: "the network between two processes",
  points: Object.keys(PAIRS).flatMap((pair) => WAYS.map((way) => `${pair}.${way}`)),
  quickPoints: ["api-postgres.cutReplies", "worker-postgres.drop"],
  needs: async (point) => (point.startsWith("api-redis") ? whyNoRedis() : null),
  stage: (point) => {
    const { pair } = parsed(point);
    return {
      system: {
        hasProxies: true,
        hasRedis: pair === "api-redis",
        // One stays whole, so that somebody can go on.
        apis: PAIRS[pair].role === "api" ? 2 : 1,
        workers: PAIRS[pair].role === "booking" ? 2 : 1,
      },
      workload: {},
    };
  },
  recoveryMsMax: () => RECOVERY_MS_MAX,
  inject: async (run, point) => {
    const { pair, way } = parsed(point);
    run.countersMayLag("connections were cut at COMMIT");
    await untilUnderWay(run);
    const { role, linkOf } = PAIRS[pair];
    const victim = run.system.processes.find(({ launch }) => launch.role === role);
    const link = victim === undefined ? null : linkOf(victim);
    if (link === null) throw new Error(`there is no link ${pair}`);
    const before = link.struck;
    await strike(run, link, way);
    run.fired(`${pair}: ${way}`, link.struck - before);
    run.healed(`${pair} passes again`);
    run.recoveryBegins();
    await untilUnderWay(run);
  },
};

function parsed(point: string): { readonly pair: keyof typeof PAIRS; readonly way: Way } {
  const [pair, way] = point.split(".");
  return { pair: pair as keyof typeof PAIRS, way: way as Way };
}

async function strike(run: FaultRun, link: TcpProxy, way: Way): Promise<void> {
  const lastingMs = run.isQuick ? LASTING_MS.quick : LASTING_MS.long;
  if (way === "reset") {
    for (let ms = 0; ms < lastingMs; ms += RESETS_EVERY_MS) {
      link.reset();
      await sleep(RESETS_EVERY_MS);
    }
    return;
  }
  const state: LinkState =
    way === "delay"
      ? { type: "delay", ms: DELAY_MS }
      : { type: "cut", direction: way === "drop" ? "both" : way === "cutRequests" ? "toServer" : "toClient" };
  link.set(state);
  await sleep(lastingMs);
  link.set({ type: "pass" });
}
