import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { attemptsOf, notesOf, readHistory } from "../fault-runs/history/history-reader.ts";
import { HistoryWriter } from "../fault-runs/history/history-writer.ts";
import type { Look, Read } from "../fault-runs/history/op.ts";

const READ: Read = { type: "read", event: "e" };
const LOOK: Look = { type: "look", event: "e", user: "u", booking: "b" };
const OK = { type: "ok", status: 200, code: null, body: { seq: 7 } } as const;

describe("a history of a fault run", () => {
  let folder: string;
  let path: string;
  let clock: number;
  let history: HistoryWriter;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "evently-history-"));
    path = join(folder, "history.jsonl");
    clock = 100;
    history = new HistoryWriter(path, { now: () => clock });
  });
  afterEach(() => {
    history.close();
    rmSync(folder, { recursive: true });
  });

  it("is in the file before a request can be sent, and again before its answer can be used", () => {
    const id = history.invoke(3, READ);
    expect(readFileSync(path, "utf8")).to.equal(
      `{"type":"invoke","id":${id},"at":100,"client":3,"op":{"type":"read","event":"e"}}\n`,
    );
    clock = 105;
    history.done(id, OK);
    expect(readHistory(path).attempts[0]?.done).to.deep.equal({ ...OK, id, at: 105 });
  });

  it("is read in the order of sending, whatever the order of answers; without one there is none", () => {
    const [first, second, third] = [
      history.invoke(0, READ),
      history.invoke(1, LOOK),
      history.invoke(2, READ),
    ];
    history.done(third, OK);
    history.done(first, { type: "info", status: null, code: "ECONNRESET", body: {} });
    expect(history.underWay).to.equal(1);
    const read = readHistory(path);
    expect(read.attempts.map(({ invoke, done }) => [invoke.id, done?.type ?? null])).to.deep.equal([
      [first, "info"],
      [second, null],
      [third, "ok"],
    ]);
    expect(attemptsOf(read, "look").map(({ invoke }) => invoke.op.booking)).to.deep.equal(["b"]);
    expect(attemptsOf(read, "read", "look")).to.have.length(3);
  });

  it("keeps notes by what they are", () => {
    history.note({ what: "remark", details: "one" });
    clock = 120;
    history.note({ what: "healed", fault: "F1", details: "two" });
    expect(notesOf(readHistory(path), "healed")).to.deep.equal([
      { type: "note", at: 120, what: "healed", fault: "F1", details: "two" },
    ]);
  });

  it("does not take one answer twice, nor one to nothing, nor a file that is there", () => {
    const id = history.invoke(0, READ);
    history.done(id, OK);
    expect(() => history.done(id, OK)).to.throw("is not under way");
    expect(() => history.done(id + 1, OK)).to.throw("is not under way");
    expect(() => new HistoryWriter(path)).to.throw("EEXIST");
  });

  it("ends at a line that was cut off; anything else that is wrong is told by its line", () => {
    history.invoke(0, READ);
    const good = readFileSync(path, "utf8");
    appendFileSync(path, '{"type":"ok","id":1');
    expect(readHistory(path).attempts).to.have.length(1);
    const done = JSON.stringify({ ...OK, id: 1, at: 1 });
    for (const [lines, wrong] of [
      ["nonsense\n", ":2: no JSON"],
      ['{"type":"other"}\n', ":2: no entry of a history"],
      [`${done.replace('"id":1', '"id":9')}\n`, ":2: an answer without a request"],
      [`${done}\n${done}\n`, ":3: a second answer"],
      [good, ":2: an operation is invoked twice"],
    ] as const) {
      writeFileSync(path, good + lines);
      expect(() => readHistory(path), lines).to.throw(wrong);
    }
  });
});
