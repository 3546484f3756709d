import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { notesOf, readHistory } from "../fault-runs/history/history-reader.ts";
import { HistoryWriter } from "../fault-runs/history/history-writer.ts";
import { diceFor } from "../fault-runs/workload/dice.ts";
import { Listener } from "../fault-runs/workload/listener.ts";
import { Drops } from "../fault-runs/workload/pushes-heard.ts";

describe("a listener of a fault run", () => {
  it("writes down that it could not catch up", async () => {
    const folder = mkdtempSync(join(tmpdir(), "evently-listener-"));
    const history = new HistoryWriter(join(folder, "history.jsonl"));
    const drops = new Drops(diceFor(1, "drops"));
    const who = { number: 3, user: "u", event: "e", token: "t" };
    const listener = new Listener({ ...who, apis: () => [], history, drops });
    try {
      await listener.start();
      await listener.catchUp(1);
      const [note] = notesOf(readHistory(history.path), "leftBehind");
      expect(note).to.include({ listener: 3, user: "u", event: "e" });
    } finally {
      listener.close();
      history.close();
      rmSync(folder, { recursive: true });
    }
  });
});
