import type { FaultRun } from "../fault.ts";
import type { Ending } from "../history/history-writer.ts";
import type { Book } from "../history/op.ts";

const CONNECTIONS = 64;
const REQUEST_MS_MAX = 20_000;
const CLIENT = 3_000;

/** One of many bookings of one ticket each, in the order of sending, on the history's clock. */
export interface Placed {
  readonly sentAt: number;
  readonly answeredAt: number;
  readonly ending: Ending;
}

/**
 * Has many bookings of one event put in line, on many connections, each asking for nothing but its place.
 * @param name goes into their keys
 */
export async function placeMany(
  run: FaultRun,
  { event, count, name }: { readonly event: string; readonly count: number; readonly name: string },
): Promise<readonly Placed[]> {
  const { workload, history, seed } = run;
  const requester = workload.requesterWith({ connections: CONNECTIONS, requestMsMax: REQUEST_MS_MAX });
  const placed: Placed[] = [];
  let next = 0;
  const lane = async (client: number) => {
    while (next < count) {
      const at = next;
      next += 1;
      const user = workload.people[at % workload.people.length]?.userId ?? "";
      const wish = { quantity: 1, tier: null, seats: null, bestAvailable: false, waitlistIfFull: false };
      const op: Book = { type: "book", event, user, key: `${name}-${seed}-${at}`, isAsync: true, ...wish };
      const sentAt = history.now();
      const ending = await requester.send(CLIENT + client, op);
      placed[at] = { sentAt, answeredAt: history.now(), ending };
    }
  };
  try {
    await Promise.all(Array.from({ length: CONNECTIONS }, (_, client) => lane(client)));
  } finally {
    await requester.close();
  }
  return placed;
}
