import { setTimeout as sleep } from "node:timers/promises";
import { until } from "../../support/until.ts";
import type { FaultRun } from "../fault.ts";
import type { Ending } from "../history/history-writer.ts";
import type { Book, Op } from "../history/op.ts";

/** Clients of the faults themselves, beyond those of the workload. */
export const FAULT_CLIENT = 1_000;
/** So long somebody waits for the end of something, on a machine that is busy with the others. */
export const SETTLED_MS_MAX = 8_000;
const AGAIN_MS = 20;

/** What a booking wants that wants nothing in particular. */
export const ANY_TICKETS = {
  tier: null,
  seats: null,
  bestAvailable: false,
  waitlistIfFull: false,
  isAsync: false,
} as const satisfies Partial<Book>;

/** A booking as its owner names it. */
export interface OwnBooking {
  readonly event: string;
  readonly user: string;
  readonly booking: string;
}

/** Sends an operation until it is answered; also without a key, so only what may be sent twice. */
export async function askUntilAnswered({ workload }: FaultRun, op: Op): Promise<Ending> {
  const deadline = performance.now() + SETTLED_MS_MAX;
  for (;;) {
    const ending = await workload.requester.pursue(FAULT_CLIENT, op, () => performance.now() < deadline);
    const isAnswered = ending.status !== null && ending.type !== "info";
    if (isAnswered || performance.now() > deadline) return ending;
    await sleep(AGAIN_MS);
  }
}

/** Looks at a booking until it is as it should be. @returns how it was seen last */
export async function lookUntil(
  { workload }: FaultRun,
  of: OwnBooking,
  isSo: (state: string) => boolean,
): Promise<string> {
  let state = "not to be seen";
  await until(
    "a booking comes to its end",
    async () => {
      const { body } = await workload.requester.send(FAULT_CLIENT, { type: "look", ...of });
      state = body.state ?? state;
      if (!isSo(state)) await sleep(AGAIN_MS);
      return isSo(state);
    },
    SETTLED_MS_MAX,
  ).catch(() => undefined);
  return state;
}

/** A moment sooner or later, so that now the one is first and now the other. */
export async function withDelay<T>({ dice }: FaultRun, msMax: number, work: () => Promise<T>): Promise<T> {
  await sleep(dice.between(0, msMax));
  return await work();
}
