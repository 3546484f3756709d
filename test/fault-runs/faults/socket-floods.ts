import { DEFAULT_LIMITS } from "../../../src/realtime/limits.ts";
import { until } from "../../support/until.ts";
import type { Fault, FaultRun } from "../fault.ts";
import type { RoleProcess } from "../system/role-process.ts";
import { FAULT_CLIENT } from "./asking.ts";
import { HostileSocket } from "./hostile-socket.ts";
import { manyConnections } from "./many-connections.ts";
import { judgeMemory, OthersPace, residentBytes } from "./others-pace.ts";
import { untilUnderWay } from "./progress.ts";

/** Fewer than one person may have: they may be listening, too. */
/** Fewer than one person may have sockets: this one may be listening, too. */
const ATTACKERS = 15;
const CUT_MS_MAX = 10_000;
/** Until what they do not read has filled the buffers of the system, which hold some megabytes. */
const FILLED_MS_MAX = 20_000;
const GIB = 1_073_741_824;
const BOOKINGS = 400;
/** What they do not read is made for a few of them at a time: see `CatchUp`. */
const SLOW_READERS = 3;
const BOOKINGS_AT_ONCE = 25;
/** Slow readers ask, so that there is something that they do not read; below `framesPerSecondMax`. */
const ASK_EVERY_MS = 10;

type Attack = (run: FaultRun, api: RoleProcess) => Promise<readonly HostileSocket[]>;

const ATTACKS: Readonly<Record<string, Attack>> = {
  connections: manyConnections,
  frames: manyFrames,
  "huge-frames": hugeFrames,
  "slow-readers": slowReaders,
};

/** F20: sockets that are too many, say too much, say it at once, or do not listen: cut off, and nobody else notices. */
export const SOCKET_FLOODS: Fault = {
  id: "F20",
  title: "socket floods, huge frames, slow readers",
  points: Object.keys(ATTACKS),
  quickPoints: ["frames", "slow-readers"],
  stage: () => ({
    system: { apis: 1, workers: 1 },
    workload: { clients: 3, listeners: 4, thinkMsMax: 60 },
  }),
  inject: async (run, point) => {
    await untilUnderWay(run, 5);
    const [api] = run.system.apis;
    const attack = ATTACKS[point];
    if (api === undefined || attack === undefined) throw new Error("there is nothing to attack");
    const pace = new OthersPace(run);
    await pace.lookBefore();
    const before = residentBytes(api);
    const sockets = await attack(run, api);
    const duringMs = await pace.lookDuring();
    for (const socket of sockets) socket.destroy();
    await pace.judge(duringMs);
    judgeMemory(run, api, before);
    run.healed("the attackers are gone");
  },
};

async function manyFrames(run: FaultRun, api: RoleProcess): Promise<readonly HostileSocket[]> {
  const sockets = await attackers(run, api);
  const flood = '42/notifications,["x"]';
  for (const socket of sockets) {
    for (let sent = 0; sent <= 2 * DEFAULT_LIMITS.framesPerSecondMax; sent += 1) socket.send(flood);
  }
  await expectCutOff(run, sockets, "sockets that send too many frames");
  return sockets;
}

async function hugeFrames(run: FaultRun, api: RoleProcess): Promise<readonly HostileSocket[]> {
  const sockets = await attackers(run, api);
  const text = `42/notifications,["subscribe","${"x".repeat(2 * DEFAULT_LIMITS.frameBytesMax)}"]`;
  for (const [at, socket] of sockets.entries()) {
    if (at % 2 === 0) socket.send(text);
    else socket.announce(GIB);
  }
  await expectCutOff(run, sockets, "sockets that send huge frames");
  return sockets;
}

/** They ask for all they missed, again and again, and read nothing of it. */
async function slowReaders(run: FaultRun, api: RoleProcess): Promise<readonly HostileSocket[]> {
  await bookMuch(run);
  const sockets = await attackers(run, api, SLOW_READERS);
  for (const { tcp } of sockets) tcp.pause();
  const asked = JSON.stringify(["catch_up", { event_id: run.workload.hall.plain.id, after_seq: 0 }]);
  let acknowledgement = 0;
  const asking = setInterval(() => {
    acknowledgement += 1;
    for (const socket of sockets) {
      if (!socket.isClosed) socket.send(`42/notifications,${acknowledgement}${asked}`);
    }
  }, ASK_EVERY_MS);
  await expectCutOff(run, sockets, "sockets that do not read", FILLED_MS_MAX).finally(() =>
    clearInterval(asking),
  );
  return sockets;
}

/** Makes one person's answers long. */
async function bookMuch({ workload, seed }: FaultRun): Promise<void> {
  const user = workload.people.at(-1)?.userId ?? "";
  const { id: event } = workload.hall.plain;
  for (let from = 0; from < BOOKINGS; from += BOOKINGS_AT_ONCE) {
    await Promise.all(
      Array.from({ length: BOOKINGS_AT_ONCE }, (_, at) => {
        const key = `much-${seed}-${from + at}`;
        return workload.requester.send(FAULT_CLIENT, { type: "probe", event, user, key, quantity: 1 });
      }),
    );
  }
}

async function attackers(
  { workload }: FaultRun,
  api: RoleProcess,
  count = ATTACKERS,
): Promise<HostileSocket[]> {
  const token = workload.people.at(-1)?.token ?? "";
  return await Promise.all(Array.from({ length: count }, () => HostileSocket.open(api.directUrl, token)));
}

async function expectCutOff(
  run: FaultRun,
  sockets: readonly HostileSocket[],
  what: string,
  msMax = CUT_MS_MAX,
): Promise<void> {
  run.fired(`${sockets.length} ${what}`, sockets.length);
  const began = performance.now();
  const left = () => sockets.filter(({ isClosed }) => !isClosed).length;
  await until(`${what} are cut off`, () => left() === 0, msMax).catch(() =>
    run.violation(`${left()} of ${sockets.length} ${what} were there after ${msMax} ms`),
  );
  run.remark(`${what} were cut off within ${Math.round(performance.now() - began)} ms`);
}
