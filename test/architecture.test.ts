import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
// @ts-expect-error a script of the gate, without types
import { arrows } from "../.ci/arrows.mjs";

const PLANTED = join(import.meta.dirname, "../src/domain/planted-by-a-test");

describe("the import arrows", () => {
  afterEach(() => rmSync(PLANTED, { recursive: true, force: true }));

  it("hold, over all modules", async () => {
    const { ok, modules, output } = await arrows();
    expect(output).to.equal("");
    expect(ok).to.equal(true);
    expect(modules).to.be.above(150);
  });

  it("catch a planted import: domain from store, and domain from Node's clock and dice", async () => {
    mkdirSync(PLANTED, { recursive: true });
    writeFileSync(
      join(PLANTED, "forbidden.ts"),
      'import "../../store/database.ts";\nimport { randomUUID } from "node:crypto";\nexport const id = randomUUID;\n',
    );
    const { ok, output } = await arrows(["src"]);
    expect(ok).to.equal(false);
    expect(output).to.include(
      "domain-imports: src/domain/planted-by-a-test/forbidden.ts -> src/store/database.ts",
    );
    expect(output).to.include("domain-is-pure: src/domain/planted-by-a-test/forbidden.ts -> crypto");
  });
});
