import { existsSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { expect } from "chai";
import { freePort } from "../../src/ops/free-port.ts";
import { makeFolder, removeFolder } from "../support/folders.ts";
import { createTestDatabase } from "../support/postgres.ts";
import { descendantsOf, Program, survivors } from "../support/processes.ts";

const PROJECT = join(import.meta.dirname, "../..");
const MAIN = join(PROJECT, "src/main.ts");

describe("npm start", () => {
  let dataDir: string;
  let port: number;
  let api: string;

  before(async () => {
    dataDir = makeFolder();
    port = await freePort(null);
    api = `http://127.0.0.1:${port}`;
  });
  after(() => removeFolder(dataDir));

  const envOf = (env: Record<string, string>) => ({ DATA_DIR: dataDir, PORT: String(port), ...env });
  const byNpm = (env: Record<string, string> = {}) =>
    new Program(["npm", "start"], { env: envOf(env), cwd: PROJECT });
  const byNode = (env: Record<string, string> = {}) =>
    new Program([process.execPath, MAIN], { env: envOf(env), cwd: PROJECT });

  async function login(email: string, password: string): Promise<number> {
    const reply = await fetch(`${api}/api/v1/auth/login`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ email, password }),
    });
    return reply.status;
  }

  it("lists everything that is wrong with the configuration, and starts nothing", async () => {
    const unused = join(dataDir, "unused");
    const program = byNode({ DATA_DIR: unused, PORT: "many", LOG_LEVEL: "loud", SWEEP_INTERVAL_MS: "-1" });
    expect(await program.ended).to.equal(1);
    for (const name of ["PORT", "LOG_LEVEL", "SWEEP_INTERVAL_MS"]) {
      expect(program.printed).to.match(new RegExp(`^ {2}- ${name}: `, "m"));
    }
    expect(existsSync(unused)).to.equal(false);
  });

  it("says in one line that its port is taken, and starts nothing", async () => {
    const other = createServer().listen(port, "0.0.0.0");
    const program = byNode();
    expect(await program.ended).to.equal(1);
    expect(program.printed).to.equal(`port ${port} is in use; set PORT to another\n`);
    expect(existsSync(join(dataDir, "postgres"))).to.equal(false);
    other.close();
  });

  it("starts nothing of its own where DATABASE_URL names a database", async () => {
    const database = await createTestDatabase();
    const unused = join(dataDir, "unused");
    const program = byNode({ DATABASE_URL: database.url, DATA_DIR: unused });
    await program.prints(/Evently is running/);
    expect((await fetch(`${api}/health`)).status).to.equal(200);
    expect(program.printed).to.contain(`${new URL(database.url).host}/test_`);
    program.kill("SIGTERM");
    expect(await program.ended).to.equal(0);
    expect(existsSync(unused)).to.equal(false);
    await database.drop();
  });

  it("says why it cannot use the database that DATABASE_URL names", async () => {
    const program = byNode({ DATABASE_URL: "postgres://nobody@localhost:1/none" });
    expect(await program.ended).to.equal(1);
    expect(program.printed).to.match(/^the database was not brought up to date: .*ECONNREFUSED.*\n$/);
  });

  describe("for the first time", () => {
    let program: Program;

    before(async () => {
      program = byNpm();
      await program.prints(/Evently is running/);
    });

    it("serves, and prints where, with the login of an admin that works", async () => {
      expect(program.printed).to.contain(`${api.replace("127.0.0.1", "localhost")}/api/v1`);
      expect(program.printed).to.match(/postgres:\/\/evently@127\.0\.0\.1:\d+\/evently/);
      expect((await fetch(`${api}/health`)).status).to.equal(200);
      const [, email = "", password = ""] = await program.prints(/admin +(\S+) +password: (\S+)/);
      expect(await login(email, password)).to.equal(200);
    });

    it("refuses a second start in the same folder, which harms nothing", async () => {
      const second = byNode({ PORT: "0" });
      expect(await second.ended).to.equal(1);
      expect(second.printed).to.match(/^Evently is already running on .* \(pid \d+\); stop it first\n$/);
      expect((await fetch(`${api}/health`)).status).to.equal(200);
    });

    it("has a killed worker working again within two seconds", async () => {
      const [, pid = ""] = await program.prints(/"role":"booking","pid":(\d+).*worker is ready/);
      const began = Date.now();
      process.kill(Number(pid), "SIGKILL");
      await program.prints(new RegExp(`"role":"booking","pid":(?!${pid},)\\d+.*worker is ready`));
      expect(Date.now() - began).to.be.below(2_000);
    });

    it("stops in order on SIGTERM with exit code 0 and leaves no process", async () => {
      const all = descendantsOf(program.pid);
      expect(all).to.have.length.above(10);
      program.kill("SIGTERM");
      expect(await program.ended).to.equal(0);
      expect(await survivors(all, 1_000)).to.deep.equal([]);
      expect(program.printed).to.match(/"api".*"closing"[\s\S]*"booking".*"closing"/);
    });
  });

  describe("again", () => {
    const given = { ADMIN_EMAIL: "boss@example.com", ADMIN_PASSWORD: "a long enough secret" };
    let program: Program;

    it("invents no other admin, and sets the one it is given", async () => {
      program = byNode(given);
      await program.prints(/Evently is running/);
      expect(program.printed).to.not.contain("password: ").and.not.contain(given.ADMIN_PASSWORD);
      expect(await login(given.ADMIN_EMAIL, given.ADMIN_PASSWORD)).to.equal(200);
    });

    it("leaves no process when it was killed, and starts again meanwhile", async () => {
      const all = descendantsOf(program.pid);
      program.kill("SIGKILL");
      const next = byNode();
      await next.prints(/Evently is running/);
      expect(await login(given.ADMIN_EMAIL, given.ADMIN_PASSWORD)).to.equal(200);
      expect(await survivors(all, 3_000)).to.deep.equal([]);
      // Ctrl-C in a terminal under npm.
      next.kill("SIGINT");
      next.kill("SIGINT");
      expect(await next.ended).to.equal(0);
    });

    it("stops when npm is killed, which could not tell it", async () => {
      program = byNpm();
      await program.prints(/Evently is running/);
      const all = descendantsOf(program.pid);
      program.kill("SIGKILL");
      expect(await survivors(all, 5_000)).to.deep.equal([]);
    });
  });
});
