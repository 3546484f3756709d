import { expect } from "chai";
import type { EventId } from "../../src/domain/ids.ts";
import { Engine, type TestWorker } from "../engine/engine.ts";
import { auditEvent } from "../support/books.ts";

const TROUBLES = 5;
const COMMANDS = 50;

/** Troubles that say nothing about a command must not be counted against it. */
describe("a command whose turns fail again and again while its processes live", () => {
  let engine: Engine;
  before(async () => {
    engine = await Engine.start();
  });
  after(() => engine.stop());

  /** Makes every turn of a worker fail at its end, as where the disk is full. @returns what makes it work again. */
  function troubled(worker: TestWorker): () => void {
    const { commit } = worker.tx;
    worker.tx.commit = async () => {
      throw new Error("no space left on device");
    };
    return () => {
      worker.tx.commit = commit;
    };
  }

  async function fails(worker: TestWorker, eventId: EventId): Promise<void> {
    for (let trouble = 0; trouble < TROUBLES; trouble++) {
      expect(await worker.turn(eventId).catch(String)).to.include("no space");
    }
  }

  it("is decided once they are over, in one turn with the others", async () => {
    const eventId = await engine.event({ capacity: 1_000 });
    await engine.send(eventId, ...Array.from({ length: COMMANDS }, () => engine.book(eventId)));
    const worker = engine.worker();
    const heal = troubled(worker);
    await fails(worker, eventId);
    heal();
    await worker.turn(eventId);
    expect(await auditEvent(engine.database.url, eventId)).to.include({ sold: COMMANDS, rejected: 0 });
  });

  it("is decided also where several processes live and fail", async () => {
    const eventId = await engine.event({ capacity: 1_000 });
    await engine.send(eventId, ...Array.from({ length: COMMANDS }, () => engine.book(eventId)));
    const workers = [engine.worker(), engine.worker(), engine.worker(), engine.worker()];
    const heals = workers.map(troubled);
    for (const worker of [...workers, ...workers]) await fails(worker, eventId);
    for (const heal of heals) heal();
    await workers[0]?.turn(eventId);
    expect(await auditEvent(engine.database.url, eventId)).to.include({ sold: COMMANDS, rejected: 0 });
  });

  it("is decided also where earlier processes had been killed in its turns", async () => {
    const eventId = await engine.event({ capacity: 1_000 });
    await engine.send(eventId, engine.book(eventId), engine.book(eventId));
    for (let death = 0; death < 3; death++) {
      await engine
        .doomedWorker()
        .turn(eventId)
        .catch(() => undefined);
    }
    const worker = engine.worker();
    const heal = troubled(worker);
    await fails(worker, eventId);
    heal();
    while ((await worker.turn(eventId)).more.length > 0);
    expect(await auditEvent(engine.database.url, eventId)).to.include({ sold: 2, rejected: 0 });
  });
});
