import { gzipSync } from "node:zlib";
import { sendBytes } from "../../http/raw-request.ts";
import type { Fault, FaultRun } from "../fault.ts";
import type { RoleProcess } from "../system/role-process.ts";
import { judgeMemory, OthersPace, residentBytes } from "./others-pace.ts";
import { untilUnderWay } from "./progress.ts";
import { dripRequests } from "./slow-requests.ts";

const MIB = 1_048_576;
const ATTACKS_A_SECOND = 20;
const WARM_UPS = 2;
const ROUNDS = { long: 12, quick: 2 };
/** A refusal is fast: half of them within this, on a machine that is busy with the others. */
const REFUSED_MS_MAX = 250;

const half = (text: string, end: string) => text.repeat(32_000) + end.repeat(32_000);

interface Body {
  readonly what: string;
  readonly bytes: string | Buffer;
  readonly encoding?: string;
}

function bodies(): readonly Body[] {
  const bomb = gzipSync(Buffer.alloc(50 * MIB, " "));
  return [
    { what: "10 MB", bytes: Buffer.alloc(10 * MIB, "[") },
    { what: "100,000 deep", bytes: "[".repeat(100_000) },
    { what: "as deep as fits", bytes: half("[", "]") },
    { what: "a gzip bomb of 50 MB", bytes: bomb, encoding: "gzip" },
    { what: "a bomb in a bomb", bytes: gzipSync(bomb), encoding: "gzip" },
    { what: "__proto__", bytes: `{${Array(3_000).fill('"__proto__":{"isAdmin":true}').join(",")}}` },
    { what: "constructor.prototype", bytes: '{"constructor":{"prototype":{"isAdmin":true}},"quantity":1}' },
    {
      what: "six thousand keys",
      bytes: `{${Array.from({ length: 6_000 }, (_, at) => `"k${at}":1`).join()}}`,
    },
  ];
}

/** F19: requests that are made to exhaust: they are refused fast, memory stays, and others notice little. */
export const HOSTILE_REQUESTS: Fault = {
  id: "F19",
  title: "slow-loris, bodies that are huge, deep, poisoned or bombs",
  points: ["bodies", "slow-loris"],
  quickPoints: ["bodies"],
  stage: () => ({
    system: { apis: 1, workers: 1 },
    workload: { clients: 2, listeners: 1, thinkMsMax: 60 },
  }),
  inject: async (run, point) => {
    await untilUnderWay(run, 5);
    const [api] = run.system.apis;
    if (api === undefined) throw new Error("there is no API");
    await (point === "bodies" ? sendBodies(run, api) : dripRequests(run, api));
    run.healed("the attack is over");
  },
};

async function sendBodies(run: FaultRun, api: RoleProcess): Promise<void> {
  const all = bodies();
  const pace = new OthersPace(run);
  const attack = new Attack(run, api, all);
  // The first of each kind make the process as large as it has to be.
  for (let at = 0; at < WARM_UPS * all.length; at += 1) await attack.once();
  await pace.lookBefore();
  const before = residentBytes(api);
  const underWay: Promise<void>[] = [];
  const timer = setInterval(() => underWay.push(attack.once()), 1_000 / ATTACKS_A_SECOND);
  const duringMs = await pace.lookDuring();
  clearInterval(timer);
  await Promise.all(underWay);
  await pace.judge(duringMs);
  const rounds = run.isQuick ? ROUNDS.quick : ROUNDS.long;
  for (let at = 0; at < rounds * all.length; at += 1) await attack.once();
  attack.judge();
  judgeMemory(run, api, before);
}

/** Bodies one after the other, and how each was answered. */
class Attack {
  readonly #run: FaultRun;
  readonly #url: string;
  readonly #bodies: readonly Body[];
  readonly #times: number[] = [];
  #sent = 0;

  constructor(run: FaultRun, api: RoleProcess, all: readonly Body[]) {
    this.#run = run;
    this.#url = `${api.directUrl}/api/v1/bookings`;
    this.#bodies = all;
  }

  async once(): Promise<void> {
    const { what, bytes, encoding } = this.#bodies[this.#sent % this.#bodies.length] as Body;
    this.#sent += 1;
    const token = this.#run.workload.people[1]?.token ?? "";
    try {
      const options = encoding === undefined ? {} : { encoding };
      const { status, ms } = await sendBytes(this.#url, token, bytes, options);
      this.#times.push(ms);
      if (status !== 400 && status !== 413) this.#run.violation(`${what} was answered ${status}`);
    } catch (error) {
      this.#run.violation(`${what} was not answered: ${String(error)}`);
    }
  }

  judge(): void {
    const sorted = this.#times.sort((a, b) => a - b);
    const median = sorted[sorted.length >> 1] ?? Number.POSITIVE_INFINITY;
    const slowest = sorted.at(-1) ?? Number.POSITIVE_INFINITY;
    this.#run.fired(`${this.#sent} bodies`, this.#sent);
    this.#run.remark(`refused within ${median.toFixed(0)} ms (median), ${slowest.toFixed(0)} ms (slowest)`);
    if (median > REFUSED_MS_MAX) this.#run.violation(`half of the refusals took longer than ${median} ms`);
  }
}
