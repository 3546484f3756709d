import { join } from "node:path";
import { expect } from "chai";
import { ANY_TICKETS } from "../fault-runs/faults/asking.ts";
import { HistoryWriter } from "../fault-runs/history/history-writer.ts";
import type { Book } from "../fault-runs/history/op.ts";
import { recoveryMsOf } from "../fault-runs/recovery.ts";
import { makeFolder, removeFolder } from "../support/folders.ts";

const BOOK: Book = { type: "book", event: "event", user: "user", key: null, quantity: 1, ...ANY_TICKETS };

describe("how long others take to go on", () => {
  const folder = makeFolder();
  after(() => removeFolder(folder));

  const historyOf = (name: string): HistoryWriter => new HistoryWriter(join(folder, `${name}.jsonl`));
  const book = (history: HistoryWriter, status: number) => {
    const id = history.invoke(1, BOOK);
    return () => history.done(id, { type: "ok", status, code: null, body: {} });
  };

  it("is counted until the first booking is confirmed that was asked for after it", () => {
    const history = historyOf("asked");
    const earlier = book(history, 201);
    const recoveryAt = history.now();
    earlier();
    const queued = book(history, 202);
    queued();
    expect(recoveryMsOf(history.path, { recoveryAt, recoveryMs: null })).to.equal(Number.POSITIVE_INFINITY);
    const later = book(history, 201);
    later();
    const tookMs = recoveryMsOf(history.path, { recoveryAt, recoveryMs: null });
    expect(tookMs).to.be.within(0, history.now() - recoveryAt);
    history.close();
  });

  it("is what the fault saw itself, where it looked at what the victim held", () => {
    const history = historyOf("held");
    const recoveryAt = history.now();
    book(history, 201)();
    expect(recoveryMsOf(history.path, { recoveryAt, recoveryMs: 900 })).to.equal(900);
    expect(recoveryMsOf(history.path, { recoveryAt: null, recoveryMs: null })).to.equal(null);
    history.close();
  });
});
