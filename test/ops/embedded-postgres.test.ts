import { readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { mkdir, rename } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import pg from "pg";
import { startEmbeddedPostgres } from "../../src/ops/embedded-postgres.ts";
import { FolderInUse } from "../../src/ops/folder-lock.ts";
import { makeFolder, removeFolder } from "../support/folders.ts";
import { silent } from "../support/postgres.ts";
import { descendantsOf, Program, survivors } from "../support/processes.ts";

const FIXTURE = join(import.meta.dirname, "../fixtures/embedded.ts");

async function ask(url: string, statement: string): Promise<unknown> {
  const client = new pg.Client({ connectionString: url });
  client.on("error", () => {});
  await client.connect();
  try {
    const { rows } = await client.query<Record<string, unknown>>(statement);
    return Object.values(rows[0] ?? {})[0];
  } finally {
    await client.end();
  }
}

describe("the embedded PostgreSQL", () => {
  let dataDir: string;

  const start = (settings: Record<string, string> = {}) =>
    startEmbeddedPostgres({
      dataDir,
      log: silent,
      durable: false,
      settings: { shared_buffers: "16MB", ...settings },
    });

  async function startedElsewhere(): Promise<{ program: Program; url: string; pid: number; all: number[] }> {
    const program = new Program([process.execPath, FIXTURE, dataDir]);
    const [line = ""] = await program.prints(/^\{.*\}$/m);
    return { program, ...JSON.parse(line), all: descendantsOf(program.pid) };
  }

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
      const program = new Program([process.execPath, FIXTURE, dataDir]);
      expect(await program.ended).to.equal(1);
      expect(program.printed).to.contain(`already running on ${dataDir} (pid ${process.pid})`);
      expect(await ask(server.url, "select n from kept")).to.equal(42);
    } finally {
      await server.stop();
    }
  });

  it("comes back on the same port when the server is killed", async () => {
    const server = await start();
    try {
      const killed = server.pid;
      process.kill(killed, "SIGKILL");
      while (server.pid === killed) await sleep(10);
      const answer = await retrying(() => ask(server.url, "select n from kept"));
      expect(answer).to.equal(42);
    } finally {
      await server.stop();
    }
  });

  it("stops when the process that started it is killed, and starts again at once", async () => {
    const { program, all } = await startedElsewhere();
    program.kill("SIGKILL");
    const next = await start();
    expect(await ask(next.url, "select n from kept")).to.equal(42);
    expect(await survivors(all, 5_000)).to.deep.equal([]);
    await next.stop();
  });

  it("recovers when everything was killed", async () => {
    const { program, all } = await startedElsewhere();
    for (const pid of [program.pid, ...all]) process.kill(pid, "SIGKILL");
    const next = await start();
    expect(await ask(next.url, "select n from kept")).to.equal(42);
    await next.stop();
  });

  it("stops a server that was left behind before it starts its own", async () => {
    const { program, pid, all } = await startedElsewhere();
    // Guard and watcher too, so that nobody is left to stop it.
    for (const other of [program.pid, ...all.filter((one) => !descendantsOf(pid).includes(one))]) {
      if (other !== pid) process.kill(other, "SIGKILL");
    }
    expect(await survivors([pid], 300)).to.deep.equal([pid]);
    const next = await start();
    expect(await survivors([pid], 0)).to.deep.equal([]);
    expect(await ask(next.url, "select n from kept")).to.equal(42);
    await next.stop();
  });

  it("is not misled by a pid file whose number belongs to another program now", async () => {
    const bystander = new Program(["sleep", "60"]);
    const pidFile = join(dataDir, "postgres", "postmaster.pid");
    writeFileSync(pidFile, `${bystander.pid}\n${join(dataDir, "postgres")}\n1\n5432\n\n\n\nready\n`);
    const server = await start();
    expect(await ask(server.url, "select n from kept")).to.equal(42);
    await server.stop();
    expect(await survivors([bystander.pid], 0)).to.deep.equal([bystander.pid]);
    bystander.kill("SIGKILL");
    await bystander.ended;
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

async function retrying<T>(attempt: () => Promise<T>): Promise<T> {
  for (let left = 100; ; left--) {
    try {
      return await attempt();
    } catch (error) {
      if (left === 0) throw error;
      await sleep(50);
    }
  }
}
