import { readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { mkdir, rename } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { expect } from "chai";
import { startEmbeddedPostgres } from "../../src/ops/embedded-postgres.ts";
import { FolderInUse } from "../../src/ops/folder-lock.ts";
import { ask, EMBEDDED_FIXTURE } from "../support/embedded.ts";
import { makeFolder, removeFolder } from "../support/folders.ts";
import { silent } from "../support/postgres.ts";
import { Program } from "../support/processes.ts";

describe("the embedded PostgreSQL", () => {
  let dataDir: string;

  const start = (settings: Record<string, string> = {}) =>
    startEmbeddedPostgres({
      dataDir,
      log: silent,
      durable: false,
      settings: { shared_buffers: "16MB", ...settings },
    });

  before(() => {
    dataDir = makeFolder();
  });
  after(() => removeFolder(dataDir));

  it("starts on an empty folder, with a secret password and the settings that matter", async () => {
    const server = await startEmbeddedPostgres({ dataDir, log: silent });
    try {
      expect(await ask(server.url, "create table kept as select 42 as n")).to.equal(undefined);
      expect(await ask(server.url, "show server_encoding")).to.equal("UTF8");
      expect(await ask(server.url, "select lower('Ä') || ('a' < 'Z')")).to.equal("äfalse");
      for (const [name, value] of Object.entries({
        fsync: "on",
        synchronous_commit: "on",
        TimeZone: "UTC",
      })) {
        expect(await ask(server.url, `show ${name}`), name).to.equal(value);
      }
      expect(statSync(join(dataDir, "postgres.password")).mode & 0o777).to.equal(0o600);
      const stranger = server.url.replace(/:[^:@]+@/, ":wrong@");
      expect(await ask(stranger, "select 1").catch((error: Error) => error.message)).to.match(/password/);
    } finally {
      await server.stop();
    }
  });

  it("keeps data, port and password from run to run", async () => {
    const first = await start();
    await first.stop();
    const second = await start();
    expect(second.url).to.equal(first.url);
    expect(await ask(second.url, "select n from kept")).to.equal(42);
    await second.stop();
  });

  it("is refused to whoever comes second, who harms nothing", async () => {
    const server = await start();
    try {
      const error = await start().catch((refusal: Error) => refusal);
      expect(error).to.be.instanceOf(FolderInUse);
      const program = new Program([process.execPath, EMBEDDED_FIXTURE, dataDir]);
      expect(await program.ended).to.equal(1);
      expect(program.printed).to.contain(`already running on ${dataDir} (pid ${process.pid})`);
      expect(await ask(server.url, "select n from kept")).to.equal(42);
    } finally {
      await server.stop();
    }
  });

  it("takes another port where its own is taken", async () => {
    const before = await start();
    await before.stop();
    const squatter = createServer().listen(before.port, "127.0.0.1");
    const server = await start();
    expect(server.port).to.not.equal(before.port);
    expect(await ask(server.url, "select n from kept")).to.equal(42);
    await server.stop();
    squatter.close();
  });

  it("sets a new password where the file with the old one was lost", async () => {
    rmSync(join(dataDir, "postgres.password"));
    const server = await start();
    expect(await ask(server.url, "select n from kept")).to.equal(42);
    await server.stop();
  });

  it("says what the server said where it cannot start, and lets go of the folder", async () => {
    for (const attempt of [1, 2]) {
      const error = await start({ shared_buffers: "no size" }).catch((failure: Error) => failure);
      expect(String(error), `attempt ${attempt}`).to.match(/invalid value for parameter "shared_buffers"/);
    }
  });

  it("makes a cluster anew whose making was interrupted", async () => {
    await rename(join(dataDir, "postgres"), join(dataDir, "postgres.aside"));
    await mkdir(join(dataDir, "postgres.new", "data", "base"), { recursive: true });
    const server = await start();
    expect(await ask(server.url, "select to_regclass('kept')")).to.equal(null);
    await server.stop();
    expect(statSync(join(dataDir, "postgres.new"), { throwIfNoEntry: false })).to.equal(undefined);
  });

  it("leaves alone a folder that is no cluster, and one of another version", async () => {
    const version = join(dataDir, "postgres", "PG_VERSION");
    writeFileSync(version, "17\n");
    expect(String(await start().catch((error) => error))).to.match(/written by PostgreSQL 17/);
    rmSync(version);
    expect(String(await start().catch((error) => error))).to.match(/not a PostgreSQL data folder/);
    expect(readFileSync(join(dataDir, "postgres.log"), "utf8")).to.match(/database system is ready/);
  });
});
