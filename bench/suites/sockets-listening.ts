import { digits, whole } from "../lib/format.ts";
import { settledMemory } from "../sockets/api-memory.ts";
import { judgeHearing, missedBy, type ToHear } from "../sockets/hearing.ts";
import { hearingTimes, type Window } from "../sockets/hearing-times.ts";
import { confirmedAfter } from "../sockets/ledger.ts";
import type { Heard } from "../sockets/messages.ts";
import type { RemoteAudience } from "../sockets/run-audience.ts";
import type { SocketsMemory } from "./sockets-result.ts";
import type { SocketsArena } from "./sockets-rounds.ts";

/** Sockets that come and go before memory is first looked at: what it takes to serve any at all is not each one's. */
const REHEARSAL = 50;
/** Clients that ask for everything afterwards although they may have missed nothing, and all that may ask. */
const CATCH_UP_SAMPLE = 20;
const CATCH_UP_MAX = 200;

interface Listening {
  readonly arena: Omit<SocketsArena, "audience">;
  readonly audience: RemoteAudience;
  readonly eventId: string;
  readonly sockets: number;
  readonly say: (line: string) => void;
}

/** Has everybody listen to one event while `book` books on it, and holds what they heard against its ledger. */
export async function listen(listening: Listening, book: () => Promise<{ readonly window: Window }>) {
  const { arena, audience, eventId, sockets } = listening;
  const { contestant, watch, stage } = arena;
  const { before, connected, opened } = await connect(listening);
  const { window } = await book();
  const heard = await audience.heard();
  const decided = watch.rangesOf(eventId);
  const after_load = await settledMemory(contestant.api);
  const confirmed = await confirmedAfter(stage.pool, eventId, opened.event.seq);
  const toHear = { clients: stage.users.map(({ userId }) => userId), start: opened.event, confirmed };
  const caughtUp = await audience.catchUp(whoAsks(toHear, heard), opened.event.seq);
  await audience.close();
  const closed = await settledMemory(contestant.api);
  return {
    opened: { connected: opened.connected, refused: opened.refused, took_ms: Math.round(opened.tookMs) },
    lost: heard.lost,
    memory: memoryOf({ before, connected, after_load, closed }, sockets),
    times: hearingTimes(heard, decided, { window, clients: sockets, startSeq: opened.event.seq }),
    verdict: judgeHearing(toHear, heard, caughtUp),
    other_pushes: heard.others,
    caught_up: caughtUp.length,
  };
}

/** Connects everybody, after a few who came and went. @throws Error where nobody may */
async function connect({ arena: { stage, contestant }, audience, eventId, say }: Listening) {
  const place = { port: contestant.api.port, eventId };
  const tokens = stage.users.map(({ token }) => token);
  await audience.open({ ...place, tokens: tokens.slice(0, REHEARSAL) });
  await audience.close();
  const before = await settledMemory(contestant.api);
  const opened = await audience.open({ ...place, tokens });
  const { event, connected: count, tookMs, refused } = opened;
  if (event === null) throw new Error(`no socket could connect: ${JSON.stringify(refused)}`);
  say(`${whole(count)} sockets in ${digits(tookMs / 1_000)} s`);
  return { before, opened: { ...opened, event }, connected: await settledMemory(contestant.api) };
}

/** Everybody who missed something, and some who may have missed nothing. */
function whoAsks(toHear: ToHear, heard: Heard): readonly number[] {
  const some = [...toHear.clients.keys()].slice(0, CATCH_UP_SAMPLE);
  return [...new Set([...some, ...missedBy(toHear, heard).keys()])].slice(0, CATCH_UP_MAX);
}

function memoryOf(
  readings: Pick<SocketsMemory, "before" | "connected" | "after_load" | "closed">,
  sockets: number,
): SocketsMemory {
  const { before, connected } = readings;
  const each = (mib: number) => Number(((mib * 1_024) / sockets).toFixed(1));
  const held = ({ heap_mib, external_mib }: typeof before) => heap_mib + external_mib;
  return {
    ...readings,
    rss_kib_each: each(connected.rss_mib - before.rss_mib),
    heap_kib_each: each(held(connected) - held(before)),
  };
}
