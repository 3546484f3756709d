import { setImmediate as nextTurn } from "node:timers/promises";
import { expect } from "chai";
import type { EventId } from "../../src/domain/ids.ts";
import { EventNews } from "../../src/realtime/event-news.ts";
import { FigurePushes } from "../../src/realtime/figure-pushes.ts";
import { eventRoom } from "../../src/realtime/pushes.ts";

const EVENT = "0199c2b2-0000-7000-8000-000000000001" as EventId;
const FOLLOWERS = 1_000;

/** Rooms and sockets without a network: who was written to, in which round of the event loop. */
function house() {
  const ids = Array.from({ length: FOLLOWERS }, (_, at) => `socket-${at}`);
  const rounds: { readonly turn: number; readonly to: readonly string[] }[] = [];
  let turn = 0;
  const counted = new AbortController();
  void (async () => {
    for (; !counted.signal.aborted; turn += 1) await nextTurn();
  })();
  const namespace = {
    adapter: { rooms: new Map([[eventRoom(EVENT), new Set(ids)]]) },
    sockets: new Map(ids.map((id) => [id, { conn: { id } }])),
    local: { to: (some: readonly string[]) => ({ emit: () => rounds.push({ turn, to: [...some] }) }) },
  };
  return { ids, rounds, namespace, close: () => counted.abort() };
}

describe("the figures of an event that thousands follow", () => {
  it("reach each of them once, a part in each round of the event loop, so that requests are answered in between", async () => {
    const { ids, rounds, namespace, close } = house();
    const figures = new FigurePushes({
      namespace: namespace as never,
      isBehind: () => false,
      observePush: () => undefined,
    });
    const news = new EventNews(EVENT);
    news.figures = { event_id: EVENT } as never;
    const workedMs = await figures.push(news);
    close();
    expect(rounds.flatMap(({ to }) => to)).to.deep.equal(ids);
    expect(Math.max(...rounds.map(({ to }) => to.length))).to.be.at.most(250);
    expect(new Set(rounds.map(({ turn }) => turn)).size, "turns of the event loop").to.equal(rounds.length);
    expect(workedMs).to.be.at.least(0);
  });
});
