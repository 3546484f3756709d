import { expect } from "chai";
import { Circuit } from "../../src/cache/circuit.ts";
import { TagClock } from "../../src/cache/tag-clock.ts";
import { tagsOf } from "../../src/http/page-tags.ts";

const ID = "0197c1a4-7c00-7000-8000-5f0000000001";

describe("the clock of tags", () => {
  it("forgets single tags where there are too many, and takes all that was read before for old", () => {
    const clock = new TagClock(3);
    clock.invalidate(["a", "b", "c"]);
    const since = clock.now;
    expect(clock.isGood(["x"], since)).to.equal(true);
    clock.invalidate(["d"]);
    expect(clock.isGood(["x"], since)).to.equal(false);
    expect(clock.isGood(["x", "d"], clock.now)).to.equal(true);
  });
});

describe("a circuit", () => {
  it("opens after failures in a row, lets one try at a time, and closes with an answer", () => {
    let nowMs = 0;
    const circuit = new Circuit({ failuresMax: 2, openMs: 100, nowMs: () => nowMs });
    circuit.failed();
    circuit.worked();
    circuit.failed();
    expect(circuit.allows()).to.equal(true);
    circuit.failed();
    expect(circuit.allows()).to.equal(false);
    nowMs = 100;
    expect([circuit.allows(), circuit.allows()]).to.deep.equal([true, false]);
    circuit.failed();
    expect(circuit.allows()).to.equal(false);
    nowMs = 200;
    expect(circuit.allows()).to.equal(true);
    circuit.worked();
    expect([circuit.allows(), circuit.isOpen]).to.deep.equal([true, false]);
  });
});

describe("patterns of the documents", () => {
  it("stand for tags of a closed set", () => {
    const all = ["pages", "lists", "popular", "seats"];
    for (const pattern of ["events:*", "events", "EVENTS:*"]) expect(tagsOf(pattern)).to.deep.equal(all);
    expect(tagsOf("events:list:*")).to.deep.equal(["lists"]);
    expect(tagsOf("events:popular")).to.deep.equal(["popular"]);
    expect(tagsOf("seats:*")).to.deep.equal(["seats"]);
    for (const pattern of [`event:${ID}`, `events:${ID}:*`, `seats:${ID}:*`])
      expect(tagsOf(pattern)).to.deep.equal([`event:${ID}`]);
    expect(tagsOf(`venue:${ID}:*`)).to.deep.equal([`venue:${ID}`]);
    expect(tagsOf("user:123:*")).to.deep.equal([]);
  });

  it("are refused where they are anything else", () => {
    for (const pattern of [
      ...[
        "*",
        "",
        ":",
        ":*",
        "event:*",
        "event:1",
        "events:*:*",
        "events:[a-z]",
        "events:**",
        "user:*",
        "user::*",
      ],
      ...[
        "evently.page:*",
        "evently.limit:*",
        "__proto__",
        "constructor",
        "toString",
        "events:* ",
        "events:*\n",
      ],
      ...[
        `event:${ID}:x`,
        `event:${ID} x`,
        `venue:${ID}\r\nFLUSHALL`,
        "user:1 2",
        "user:../x:*",
        "bookings:*",
      ],
    ]) {
      expect(tagsOf(pattern), JSON.stringify(pattern)).to.equal(null);
    }
  });
});
