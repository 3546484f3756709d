import type { ChangeEvent } from "../domain/command.ts";
import type { CommandId, EventId } from "../domain/ids.ts";
import { adviseEvent, inputOf, type PricedEvent } from "./advice.ts";
import { nextPrices, priceCommand } from "./price-command.ts";
import { RULE_VERSION, railsOf } from "./pricing.ts";

/** A run of one event's autopilot: the same command however often it is tried. */
export interface PricingRun {
  readonly eventId: EventId;
  readonly dueAt: number;
  readonly commandId: CommandId;
}

export interface AutopilotPorts {
  readonly now: () => number;
  readonly read: (eventId: EventId) => Promise<PricedEvent | null>;
  /** Puts a command into the event's mailbox, once for each `once`. */
  readonly send: (eventId: EventId, command: ChangeEvent, once: string) => Promise<void>;
  readonly end: (
    run: PricingRun,
    after: { readonly nextMs: number; readonly result: string },
  ) => Promise<void>;
}

/** It looks no more often than this, whatever the cool-down. */
const PAUSE_MS_MIN = 60_000;
/** And no more seldom. */
const PAUSE_MS_MAX = 3_600_000;

/**
 * Does one run of an autopilot: asks for advice and sends what it says as one command. Whoever takes over a run that was
 * not ended sends the same command, which the mailbox knows; so that a run changes prices once.
 */
export async function runAutopilot(ports: AutopilotPorts, run: PricingRun): Promise<void> {
  const now = ports.now();
  const priced = await ports.read(run.eventId);
  const result = priced === null ? "the event is gone" : await apply(ports, run, priced, now);
  const nextMs = priced === null ? PAUSE_MS_MAX : pauseOf(priced, now);
  await ports.end(run, { nextMs, result });
}

async function apply(
  ports: AutopilotPorts,
  run: PricingRun,
  priced: PricedEvent,
  now: number,
): Promise<string> {
  const idle = idleReason(priced);
  if (idle !== null) return idle;
  const prices = nextPrices(adviseEvent(priced, now));
  if (prices.length === 0) return "no change advised";
  const note = { source: "autopilot", by: null, rule: RULE_VERSION, reason: null } as const;
  await ports.send(run.eventId, priceCommand(run.commandId, prices, note), `autopilot:${run.commandId}`);
  return `asked for ${prices.map(({ tier, fromMinor, toMinor }) => `${tier} ${fromMinor} → ${toMinor}`).join(", ")}`;
}

function idleReason({ event, settings, isBehind }: PricedEvent): string | null {
  if (settings === null || !settings.isAutopilot) return "switched off";
  if (event.status !== "active" || event.saleStatus !== "open" || event.isPaused)
    return "the event is not on sale";
  return isBehind ? "the event's figures are not up to date" : null;
}

/** As long as a price stands, within bounds. */
function pauseOf(priced: PricedEvent, now: number): number {
  const { coolDownMs } = railsOf(inputOf(priced, 0, now));
  return Math.min(PAUSE_MS_MAX, Math.max(PAUSE_MS_MIN, coolDownMs));
}
