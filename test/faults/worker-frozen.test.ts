import { expect } from "chai";
import type { BookTickets } from "../../src/domain/command.ts";
import type { EventId } from "../../src/domain/ids.ts";
import { Engine } from "../engine/engine.ts";
import { auditEvent } from "../support/books.ts";
import { History } from "../support/history.ts";
import { until } from "../support/until.ts";
import { Blockade, blockedTurn, holdActor, type OpenTurn, openTurns } from "./sabotage.ts";
import { note, Stage, type Worker } from "./stage.ts";

const TAKEOVER_MS_MAX = 3_000;
const QUEUED = 40;
/** Together 10 MB: more than the sockets between server and worker buffer for a reader that does not read. */
const LARGE = 500;
const PADDING = "x".repeat(20_000);
/** So long a turn has to be seen in the same state to be taken for stuck in it. */
const STEADY_MS = 100;

describe("a booking worker that freezes in the middle of a turn", () => {
  let engine: Engine;
  let stage: Stage;

  before(async () => {
    engine = await Engine.start();
    stage = await Stage.open({ databaseUrl: engine.database.url, workers: 2 });
  });
  after(async () => {
    await stage.close();
    await engine.stop();
  });

  /** Stops whichever worker takes the event's next turn before it has the answer to its fetch. */
  async function freezeWhileFetching(
    actor: Blockade,
    isSo: (turn: OpenTurn) => boolean,
  ): Promise<{ frozen: Worker; at: number }> {
    const blockade = await Blockade.raise(stage.db, "lock table mailbox.job in share row exclusive mode");
    await actor.release();
    const { worker } = await blockedTurn(stage.db, stage.workers);
    worker.kill("SIGSTOP");
    await blockade.release();
    let since = History.now();
    await until("its turn stays as wanted", async () => {
      if (!(await openTurns(stage.db, worker)).some(isSo)) since = History.now();
      return History.now() - since > STEADY_MS;
    });
    return { frozen: worker, at: since };
  }

  /** Lets it go on, and waits until it has found that its turn came to nothing. */
  async function thaw(worker: Worker): Promise<void> {
    const before = worker.output.length;
    worker.kill("SIGCONT");
    await until("its late commit is refused", () =>
      worker.output.slice(before).join("").includes("a turn failed and left no trace"),
    );
  }

  it("idle in the turn: another takes over within 3 s and the late commit is refused", async () => {
    const crowd = await stage.crowd(1_000);
    const actor = await holdActor(stage.db, crowd.eventId);
    const queued = await crowd.queue(QUEUED);
    const { frozen, at } = await freezeWhileFetching(actor, ({ state }) => state === "idle in transaction");
    const replies = await Promise.all(queued.map((placed) => crowd.pursue(placed)));
    note(`taken over after ${Math.round(History.now() - at)} ms`);
    expect(History.now() - at).to.be.below(TAKEOVER_MS_MAX);
    expect(replies.map(({ status }) => status)).to.deep.equal(queued.map(() => 201));
    crowd.enter(QUEUED);
    await thaw(frozen);
    await crowd.soldOut();
    expect((await stage.audit(crowd)).sold).to.equal(1_000);
  });

  it("while a large result is being sent: another takes over within 3 s and nothing is decided twice", async () => {
    const eventId = await engine.event({ capacity: 1_000 });
    const actor = await holdActor(stage.db, eventId);
    await engine.send(eventId, ...Array.from({ length: LARGE }, () => large(eventId)));
    const { frozen, at } = await freezeWhileFetching(actor, ({ waitEvent }) => waitEvent === "ClientWrite");
    await until("somebody decides", async () => (await engine.waiting(eventId)) < LARGE, 10_000);
    note(`taken over after ${Math.round(History.now() - at)} ms`);
    expect(History.now() - at).to.be.below(TAKEOVER_MS_MAX);
    await until("all is decided", async () => (await engine.waiting(eventId)) === 0, 10_000);
    await thaw(frozen);
    const books = await auditEvent(stage.url, eventId);
    expect(books.rejected).to.equal(LARGE);
    expect(books.ledgerLength).to.equal(LARGE + 1);
  });

  /** A booking of a tier that does not exist, with a very long name. */
  function large(eventId: EventId): BookTickets {
    return { ...engine.book(eventId), tier: PADDING };
  }
});
