import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { expect } from "chai";
import { BriefMap } from "../../src/ops/brief-map.ts";
import { NODE_FLAGS } from "../../src/ops/node-flags.ts";

describe("a map for what stays for moments", () => {
  it("keeps entries in the order of their keys, and gives each out once", () => {
    const map = new BriefMap<string, number[]>();
    map.set("a", [1]);
    map.set("b", [2]);
    map.set("a", [3]);
    expect(map.size).to.equal(2);
    expect(map.get("a")).to.deep.equal([3]);
    expect(map.entries()).to.deep.equal([
      ["a", [3]],
      ["b", [2]],
    ]);
    expect(map.take("a")).to.deep.equal([3]);
    expect(map.take("a")).to.equal(undefined);
    expect(map.get("a")).to.equal(undefined);
    expect([...map.keys()]).to.deep.equal(["b"]);
  });

  it("keeps nothing alive that was taken out, where a Map keeps a third of all", () => {
    const run = (kind: string) => {
      const fixture = join(import.meta.dirname, "../fixtures/brief-entries.ts");
      const printed = execFileSync(process.execPath, [...NODE_FLAGS, fixture, kind], { encoding: "utf8" });
      return JSON.parse(printed) as { scavenges: number; left: number };
    };
    const brief = run("brief");
    const plain = run("plain");
    console.log(
      `      collected: 1 byte of ${brief.left.toFixed(0)} stays; of a Map, 1 of ${plain.left.toFixed(1)}`,
    );
    expect(plain.left, "V8's Map needs no help any more").to.be.below(10);
    expect(brief.left).to.be.above(2 * plain.left);
  });
});
