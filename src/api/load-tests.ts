import type pg from "pg";
import type { EventDraft } from "../domain/event-draft.ts";
import type { CommandId, EventId, UserId } from "../domain/ids.ts";
import type { EventFoundry } from "../http/event-desk.ts";
import type { LoadTestDesk } from "../http/load-test-desk.ts";
import { LoadTests } from "../load-tests/load-tests.ts";
import type { LoadStage, WantedLoad } from "../load-tests/ports.ts";
import { HALL } from "../load-tests/scenarios.ts";
import { startLoad } from "../load-tests/start-load.ts";
import type { Post } from "../mailbox/post.ts";
import { CHANNELS } from "../notifications/channel.ts";
import { CHOSEN_KINDS } from "../notifications/kinds.ts";
import type { Config } from "../ops/config.ts";
import type { Log } from "../ops/log.ts";
import { readVersion } from "../ops/version.ts";
import { createLoadTestStore, dismiss, hireBuyers, noteEvents } from "../store/load-tests.ts";

const DAY_MS = 86_400_000;
/** Sessions of buyers end by themselves soon after the longest test. */
const SESSION_MS = 3_600_000;
const AT_ONCE_MAX = 4;
const SEATED_TIER = "General";

export interface LoadTestParts {
  readonly config: Pick<
    Config,
    "HOST" | "NODE_ENV" | "LOAD_TESTS" | "DEFAULT_CURRENCY" | "HOLD_TTL_S" | "OFFER_TTL_S"
  >;
  readonly pool: pg.Pool;
  readonly foundry: EventFoundry;
  readonly post: Pick<Post, "send">;
  readonly issueToken: (buyer: {
    readonly userId: string;
    readonly sessionId: string;
    readonly email: string;
    readonly role: "user";
  }) => Promise<string>;
  readonly ids: { newId(): string; commandId(): CommandId };
  readonly log: Log;
}

/** Load tests of this process against itself. */
export function composeLoadTests(parts: LoadTestParts) {
  const { config, pool, ids, log } = parts;
  let port: number | null = null;
  const tests = new LoadTests({
    store: createLoadTestStore(pool),
    stage: stageOf(parts),
    startLoad,
    origin: () => (port === null ? null : loopbackOrigin(config.HOST, port)),
    newId: () => ids.newId(),
    version: readVersion(),
    warn: (facts, message) => log.warn(facts, message),
  });
  const desk: LoadTestDesk = {
    isEnabled: areEnabled(config),
    start: (wanted) => tests.start(wanted),
    find: (id) => tests.find(id),
    latest: () => tests.latest(),
  };
  return {
    desk,
    /** From now on this process can be asked. */
    listening: (at: number) => {
      port = at;
    },
    close: () => tests.close(),
  };
}

/** In production they take what customers need: there it has to be said twice. */
function areEnabled({ NODE_ENV, LOAD_TESTS }: LoadTestParts["config"]): boolean {
  return LOAD_TESTS === "production" || (LOAD_TESTS === "enabled" && NODE_ENV !== "production");
}

/** Where this process is asked without leaving the machine; null where it listens on an address of a network only. */
export function loopbackOrigin(host: string, port: number): string | null {
  if (host === "::" || host === "::1") return `http://[::1]:${port}`;
  if (host === "0.0.0.0" || host === "localhost") return `http://127.0.0.1:${port}`;
  return /^127(\.\d{1,3}){3}$/.test(host) ? `http://${host}:${port}` : null;
}

function stageOf(parts: LoadTestParts): LoadStage {
  const { pool, foundry, post, issueToken, ids } = parts;
  return {
    async hireBuyers(testId, count) {
      const buyers = await hireBuyers(pool, {
        testId,
        count,
        sessionMs: SESSION_MS,
        newId: () => ids.newId(),
        kinds: CHOSEN_KINDS,
        channels: CHANNELS,
      });
      return await Promise.all(buyers.map((buyer) => issueToken({ ...buyer, role: "user" })));
    },
    async openEvents(testId, wanted) {
      const eventIds = Array.from({ length: wanted.scenario.events }, () => ids.newId() as EventId);
      await noteEvents(pool, testId, eventIds);
      const left = [...eventIds];
      const open = async () => {
        for (let eventId = left.pop(); eventId !== undefined; eventId = left.pop()) {
          await foundry.create({
            commandId: ids.commandId(),
            draft: draftOf(parts, eventId, wanted),
            key: null,
          });
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE_MAX }, open));
      return eventIds;
    },
    async clear(testId) {
      const eventIds = await dismiss(pool, testId);
      const cancel = (eventId: EventId) =>
        post.send({ eventId, command: { type: "CancelEvent", id: ids.commandId() }, key: null });
      await Promise.all(eventIds.map(cancel));
    },
  };
}

/** An event whose tickets cost nothing, and which more people can book than a test may have requests. */
function draftOf(
  { config }: LoadTestParts,
  eventId: EventId,
  wanted: WantedLoad,
): Omit<EventDraft, "number"> {
  const { isSeated, title } = wanted.scenario;
  const startsAt = Date.now() + DAY_MS;
  return {
    eventId,
    name: "Load test",
    description: title,
    venue: "Nowhere",
    venueId: null,
    category: "load-test",
    startsAt,
    endsAt: startsAt + DAY_MS,
    saleStartsAt: null,
    saleEndsAt: null,
    currency: config.DEFAULT_CURRENCY,
    ticketsPerBookingMax: 1,
    ticketsPerUserMax: null,
    requiresPayment: false,
    holdTtlMs: config.HOLD_TTL_S * 1_000,
    offerTtlMs: config.OFFER_TTL_S * 1_000,
    holdsPerUserMax: 1,
    refundPolicy: { type: "full" },
    ...(isSeated ? hall() : { tiers: [tierOf(wanted.requestsMax)], seating: null }),
    createdBy: wanted.startedBy as UserId,
  };
}

function tierOf(capacity: number) {
  return { name: SEATED_TIER, priceMinor: 0, capacity };
}

function hall(): Pick<EventDraft, "tiers" | "seating"> {
  const { sections, rowsPerSection, seatsPerRow } = HALL;
  const numbered = <T>(count: number, make: (number: number) => T) =>
    Array.from({ length: count }, (_, at) => make(at + 1));
  const rows = numbered(rowsPerSection, (number) => ({ label: String(number), seats: seatsPerRow }));
  return {
    tiers: [{ ...tierOf(sections * rowsPerSection * seatsPerRow), isSeated: true }],
    seating: { sections: numbered(sections, (number) => ({ name: `Section ${number}`, tier: 0, rows })) },
  };
}
