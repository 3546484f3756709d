import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { until } from "../../support/until.ts";
import type { FaultRun } from "../fault.ts";
import type { RoleProcess } from "../system/role-process.ts";
import { judgeMemory, OthersPace, residentBytes } from "./others-pace.ts";

const SLOW_CLIENTS = 200;
const DRIP_MS = 250;
/** `headersTimeout`, how often it is looked at, and a busy machine. */
const CLOSED_MS_MAX = 10_000 + 1_000 + 4_000;

/** Connections that say a little again and again and never come to an end. */
export async function dripRequests(run: FaultRun, api: RoleProcess): Promise<void> {
  const token = run.workload.people[1]?.token ?? "";
  const head = "GET /api/v1/events HTTP/1.1\r\nHost: x\r\n";
  const body = `POST /api/v1/bookings HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\nContent-Type: application/json\r\nContent-Length: 60000\r\n\r\n{"event_id":"`;
  const pace = new OthersPace(run);
  await pace.lookBefore();
  const before = residentBytes(api);
  const heads = await open(api, head);
  const all = [...heads, ...(await open(api, body))];
  const drip = setInterval(() => {
    for (const [at, socket] of all.entries()) {
      if (socket.writable) socket.write(at < heads.length ? "X-More: 1\r\n" : "a");
    }
  }, DRIP_MS);
  try {
    run.fired(`${all.length} slow requests`, all.length);
    await sleep(2 * DRIP_MS);
    const duringMs = await pace.lookDuring();
    for (const socket of heads) socket.resume();
    const began = performance.now();
    const isClosed = ({ destroyed, readableEnded }: Socket) => destroyed || readableEnded;
    await until("slow heads are cut off", () => heads.every(isClosed), CLOSED_MS_MAX).catch(() =>
      run.violation(`slow heads were open after ${CLOSED_MS_MAX} ms`),
    );
    run.remark(`slow heads were cut off after another ${Math.round(performance.now() - began)} ms`);
    judgeMemory(run, api, before);
    await pace.judge(duringMs);
  } finally {
    clearInterval(drip);
    for (const socket of all) socket.destroy();
  }
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
