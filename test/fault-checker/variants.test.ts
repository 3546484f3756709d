import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import ts from "typescript";
import { ALL_VARIANTS } from "../fault-runs/variants/all-variants.ts";
import { edited } from "../fault-runs/variants/variant.ts";

const ROOT = join(import.meta.dirname, "../..");

describe("the broken variants", () => {
  it("are the twelve of the list and one that a review found, each with what it changes", () => {
    expect(ALL_VARIANTS.map(({ name }) => name)).to.have.length(13);
    expect(new Set(ALL_VARIANTS.map(({ name }) => name)).size).to.equal(13);
    for (const { edits, runsMax } of ALL_VARIANTS) {
      expect(edits).to.not.have.length(0);
      expect(runsMax).to.be.within(1, 5);
    }
  });

  for (const { name, edits } of ALL_VARIANTS) {
    it(`${name} finds what it changes in the product as it is, and leaves modules that can be read`, () => {
      for (const file of new Set(edits.map((edit) => edit.file))) {
        const source = readFileSync(join(ROOT, file), "utf8");
        const broken = edits.filter((edit) => edit.file === file).reduce(edited, source);
        expect(broken).to.not.equal(source);
        expect(ts.transpileModule(broken, { reportDiagnostics: true }).diagnostics).to.deep.equal([]);
      }
    });
  }

  it("end loudly where the product has moved on", () => {
    const edit = { file: "a.ts", find: "one two", replace: "three", times: 1 };
    expect(edited("one\n  two;", edit)).to.equal("three;");
    expect(() => edited("one; two", edit)).to.throw("has 0 times, not 1: one two");
    expect(() => edited("one two one two", edit)).to.throw("has 2 times");
  });
});
