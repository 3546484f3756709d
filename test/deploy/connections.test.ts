import { globSync } from "node:fs";
import { expect } from "chai";
import { connectionsOf, OPENERS, OPENING, STARTED } from "./connections.ts";
import { ROOT, read } from "./files.ts";

/** By hand and for a moment, or once for each version: what is left over is for them. */
const COMMANDS = [
  "src/machine/admin.ts",
  "src/operator/installation.ts",
  "src/rebuild-analytics.ts",
  "src/rotate-ticket-key.ts",
  "src/seed.ts",
];
/** What the others are made of, and what migrations ask for one after the other. */
const DRIVER = [
  "src/mailbox/schema.ts",
  "src/store/database.ts",
  "src/store/listener.ts",
  "src/store/turn-connection.ts",
];
const BY_DRIVER = /new pg\.\w+\(|new PgBoss\(\{\s*connectionString/;

describe("the connections to PostgreSQL", () => {
  const [api, booking, effects] = (["api", "booking", "effects"] as const).map(connectionsOf);

  it("are counted wherever the program opens one", () => {
    const files = globSync("{src,workers}/**/*.ts", { cwd: ROOT });
    const opening = files.filter((file) => read(file).search(OPENING) >= 0);
    const counted = [...Object.values(OPENERS).flatMap(({ own }) => own), STARTED.rehearsals.file];
    expect(opening).to.have.members([...new Set([...counted, STARTED.audit.file]), ...COMMANDS]);
    expect(files.filter((file) => BY_DRIVER.test(read(file)))).to.have.members(DRIVER);
  });

  it("are told as they are counted, to whoever sizes PostgreSQL and to whoever it has too few for", () => {
    const told = (file: string) =>
      read(file)
        .replaceAll(/[\s#]+/g, " ")
        .toLowerCase();
    const each = `an api process takes up to ${api?.own}, a worker ${booking?.own}, an effects worker ${effects?.own}`;
    for (const file of ["docs/deployment.md", "docs/runbooks/EventlyPostgresConnectionsFew.md"])
      expect(told(file), file).to.contain(each);
    expect(told("docs/runbooks/EventlyOverloaded.md")).to.contain(`${api?.own} each`);
    expect(told("deploy/kubernetes/worker.yaml")).to.contain(`each takes ${booking?.own} of postgresql's`);
    const more = `${api?.more} more for rehearsals, an effects worker ${effects?.more} more`;
    expect(told("docs/deployment.md")).to.contain(more);
  });
});
