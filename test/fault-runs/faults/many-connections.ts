import { DEFAULT_LIMITS } from "../../../src/realtime/limits.ts";
import type { FaultRun } from "../fault.ts";
import type { RoleProcess } from "../system/role-process.ts";
import { HostileSocket } from "./hostile-socket.ts";

const EXCESS = 50;
const AT_ONCE = 25;

/** Nobody has more sockets at a time than one person, and one address, may have. Who does not say who they are goes again. */
export async function manyConnections(run: FaultRun, api: RoleProcess): Promise<readonly HostileSocket[]> {
  const { socketsPerUserMax, socketsPerIpMax } = DEFAULT_LIMITS;
  const token = run.workload.people.at(-1)?.token ?? "";
  const own = await openMany(socketsPerUserMax + EXCESS, () => HostileSocket.open(api.directUrl, token));
  const others = await openMany(socketsPerIpMax + EXCESS, () => HostileSocket.handshake(api.directUrl));
  const sockets = [...own.taken, ...others.taken];
  const [ofPerson, ofAddress] = [own.taken, sockets].map(
    (taken) => taken.filter(({ isClosed }) => !isClosed).length,
  );
  const refused = own.refused + others.refused;
  run.fired(`${refused} connections too many`, refused);
  run.remark(
    `${ofAddress} connections are open, ${own.refused} of a person and ${others.refused} of an address were refused`,
  );
  if ((ofPerson ?? 0) > socketsPerUserMax) run.violation(`one person has ${ofPerson} sockets`);
  if ((ofAddress ?? 0) > socketsPerIpMax) run.violation(`one address has ${ofAddress} connections`);
  return sockets;
}

async function openMany(
  count: number,
  open: () => Promise<HostileSocket>,
): Promise<{ readonly taken: readonly HostileSocket[]; readonly refused: number }> {
  const taken: HostileSocket[] = [];
  let refused = 0;
  for (let from = 0; from < count; from += AT_ONCE) {
    const opened = await Promise.allSettled(Array.from({ length: Math.min(AT_ONCE, count - from) }, open));
    for (const one of opened) {
      if (one.status === "fulfilled") taken.push(one.value);
      else refused += 1;
    }
  }
  return { taken, refused };
}
