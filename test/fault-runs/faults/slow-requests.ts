import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { until } from "../../support/until.ts";
import type { FaultRun } from "../fault.ts";
import type { RoleProcess } from "../system/role-process.ts";
import { judgeMemory, OthersPace, residentBytes } from "./others-pace.ts";

const SLOW_CLIENTS = 200;
const DRIP_MS = 250;
/** How often the server looks at its limits, and a busy machine. */
const MARGIN_MS = 1_000 + 4_000;
/** `headersTimeout` and `requestTimeout` of the server. */
const HEADS_MS_MAX = 10_000 + MARGIN_MS;
const BODIES_MS_MAX = 30_000 + MARGIN_MS;

/** Connections that say a little again and again and never come to an end: the server has to end them. */
export async function dripRequests(run: FaultRun, api: RoleProcess): Promise<void> {
  const token = run.workload.people[1]?.token ?? "";
  const head = "GET /api/v1/events HTTP/1.1\r\nHost: x\r\n";
  const body = `POST /api/v1/bookings HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\nContent-Type: application/json\r\nContent-Length: 60000\r\n\r\n{"event_id":"`;
  const pace = new OthersPace(run);
  await pace.lookBefore();
  const before = residentBytes(api);
  const heads = await open(api, head);
  const bodies = await open(api, body);
  const openedAt = performance.now();
  const all = [...heads, ...bodies];
  const drip = setInterval(() => {
    for (const [at, socket] of all.entries()) {
      if (socket.writable) socket.write(at < heads.length ? "X-More: 1\r\n" : "a");
    }
  }, DRIP_MS);
  try {
    run.fired(`${all.length} slow requests`, all.length);
    await sleep(2 * DRIP_MS);
    const duringMs = await pace.lookDuring();
    for (const socket of all) socket.resume();
    await expectCutOff(run, heads, { what: "slow heads", since: openedAt, msMax: HEADS_MS_MAX });
    judgeMemory(run, api, before);
    await expectCutOff(run, bodies, { what: "slow bodies", since: openedAt, msMax: BODIES_MS_MAX });
    await pace.judge(duringMs);
  } finally {
    clearInterval(drip);
    for (const socket of all) socket.destroy();
  }
}

async function expectCutOff(
  run: FaultRun,
  sockets: readonly Socket[],
  { what, since, msMax }: { readonly what: string; readonly since: number; readonly msMax: number },
): Promise<void> {
  const left = () => sockets.filter(({ destroyed, readableEnded }) => !destroyed && !readableEnded).length;
  const leftMs = Math.max(0, since + msMax - performance.now());
  await until(`${what} are cut off`, () => left() === 0, leftMs).then(
    () => run.remark(`${what} were cut off within ${Math.round(performance.now() - since)} ms`),
    () => run.violation(`${left()} of ${sockets.length} ${what} were open after ${msMax} ms`),
  );
}

async function open(api: RoleProcess, bytes: string): Promise<Socket[]> {
  const { hostname, port } = new URL(api.directUrl);
  const sockets: Socket[] = [];
  for (let at = 0; at < SLOW_CLIENTS; at += 1) {
    const socket = connect(Number(port), hostname);
    socket.on("error", () => {});
    await once(socket, "connect");
    socket.write(bytes);
    sockets.push(socket);
  }
  return sockets;
}
