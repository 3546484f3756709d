import type { LoadMessage, LoadOrder, LoadSeen } from "./load-messages.ts";
import type { Running } from "./processes.ts";

/**
 * Has the load generator run one order.
 * @param onWindow called when the measured window begins and when it ends, to read counters at those moments
 */
export async function runLoad<Reading>(
  generator: Running,
  order: Omit<LoadOrder, "type">,
  onWindow: () => Promise<Reading>,
): Promise<{ readonly seen: LoadSeen; readonly from: Reading; readonly to: Reading }> {
  const started = generator.receive((message) => ((message as LoadMessage).type === "started" ? true : null));
  const ended = generator.receive((message) => seenOf(message as LoadMessage));
  const done = generator.receive((message) => ((message as LoadMessage).type === "done" ? true : null));
  // A generator that dies rejects all three; the first one awaited tells.
  for (const promise of [ended, done]) promise.catch(() => {});
  generator.send({ ...order, type: "load" } satisfies LoadOrder);
  await started;
  const from = await onWindow();
  const seen = await ended;
  const to = await onWindow();
  await done;
  return { seen, from, to };
}

function seenOf(message: LoadMessage): LoadSeen | null {
  return message.type === "ended" ? message.seen : null;
}
