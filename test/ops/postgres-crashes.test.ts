import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { startEmbeddedPostgres } from "../../src/ops/embedded-postgres.ts";
import { ask, retrying, startElsewhere } from "../support/embedded.ts";
import { makeFolder, removeFolder } from "../support/folders.ts";
import { silent } from "../support/postgres.ts";
import { descendantsOf, Program, survivors } from "../support/processes.ts";

describe("the embedded PostgreSQL, when processes are killed,", () => {
  let dataDir: string;
  const start = () =>
    startEmbeddedPostgres({ dataDir, log: silent, durable: false, settings: { shared_buffers: "16MB" } });

  before(async () => {
    dataDir = makeFolder();
    const server = await start();
    await ask(server.url, "create table kept as select 42 as n");
    await server.stop();
  });
  after(() => removeFolder(dataDir));

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
    const { program, below } = await startElsewhere(dataDir);
    program.kill("SIGKILL");
    const next = await start();
    expect(await ask(next.url, "select n from kept")).to.equal(42);
    expect(await survivors(below, 5_000)).to.deep.equal([]);
    await next.stop();
  });

  it("recovers when everything was killed", async () => {
    const { program, below } = await startElsewhere(dataDir);
    for (const pid of [program.pid, ...below]) process.kill(pid, "SIGKILL");
    const next = await start();
    expect(await ask(next.url, "select n from kept")).to.equal(42);
    await next.stop();
  });

  it("stops a server that was left behind before it starts its own", async () => {
    const { program, pid, below } = await startElsewhere(dataDir);
    // Guard and watcher too, so that nobody is left to stop it.
    for (const other of [program.pid, ...below.filter((one) => !descendantsOf(pid).includes(one))]) {
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
});
