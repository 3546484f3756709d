import { join } from "node:path";
import { expect } from "chai";
import { Engine } from "../engine/engine.ts";
import { Program } from "../support/processes.ts";

const CLI = join(import.meta.dirname, "../../src/rebuild-analytics.ts");

describe("npm run analytics:rebuild", () => {
  let engine: Engine;
  before(async () => {
    engine = await Engine.start();
  });
  after(() => engine.stop());

  async function run(...args: string[]): Promise<{ readonly code: unknown; readonly printed: string }> {
    const env = { DATABASE_URL: engine.database.url };
    const program = new Program([process.execPath, CLI, ...args], { env });
    return { code: await program.ended, printed: program.printed };
  }

  it("adds everything up, and one event again", async () => {
    const [one, other] = [await engine.event(), await engine.event()];
    const added = async () =>
      (await engine.pool.query<{ id: string }>("select event_id as id from analytics_event")).rows.map(
        ({ id }) => id,
      );
    expect(await added()).to.deep.equal([]);
    const { code, printed } = await run();
    expect(code, printed).to.equal(0);
    expect(printed).to.match(/^rebuilding since \S+Z\n\d+ ledger entries added up\n$/);
    expect(await added()).to.have.members([one, other]);
    expect(await run("--event", one)).to.deep.equal({ code: 0, printed: "1 ledger entries added up\n" });
    expect(await added()).to.have.members([one, other]);
  });

  it("explains itself, and says what is accepted", async () => {
    const { code, printed } = await run("--help");
    expect(code).to.equal(0);
    expect(printed).to.include("--event ID");
    for (const wrong of [["--evnt"], ["--event", "one"], ["all"]]) {
      const { code, printed } = await run(...wrong);
      expect(code, wrong.join(" ")).to.equal(2);
      expect(printed).to.match(/^[^\n]*--event[^\n]*\n$/);
    }
  });
});
