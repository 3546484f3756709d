import { type Running, startProcess } from "../lib/processes.ts";
import type { Started } from "../lib/started.ts";
import type { OpenMessage, OpenOrder, OpenSeen } from "./messages.ts";

/** Starts the open-loop generator; `started` stops it. */
export async function startOpenLoad(started: Started): Promise<Running> {
  const script = "bench/open-loop/load-process.ts";
  return started.add(await startProcess({ name: "open-loop generator", script, env: {} }));
}

/**
 * Has the generator run one order.
 * @param onBoundary called when counting begins (0) and after each window (1, 2, …), to read counters at those moments
 * @returns what was seen, and what the calls resolved with
 */
export async function runOpenLoad<Reading>(
  generator: Running,
  order: Omit<OpenOrder, "type">,
  onBoundary: (at: number) => Promise<Reading>,
): Promise<{ readonly seen: OpenSeen; readonly readings: readonly Reading[] }> {
  const readings: Promise<Reading>[] = [];
  const done = generator.receive((message) => {
    const heard = message as OpenMessage;
    if (heard.type === "boundary") readings.push(onBoundary(heard.at));
    return heard.type === "done" ? heard.seen : null;
  });
  generator.send({ ...order, type: "open-load" } satisfies OpenOrder);
  const seen = await done;
  return { seen, readings: await Promise.all(readings) };
}
