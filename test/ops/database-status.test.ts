import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import pg from "pg";
import { type EmbeddedPostgres, startEmbeddedPostgres } from "../../src/ops/embedded-postgres.ts";
import { databaseStatus } from "../../src/store/queries/database-status.ts";
import { makeFolder, removeFolder } from "../support/folders.ts";
import { silent } from "../support/postgres.ts";
import { until } from "../support/until.ts";

const SETTINGS = { shared_buffers: "16MB", wal_level: "replica", max_wal_senders: "2" };

describe("the status of a PostgreSQL with a replica", () => {
  const folders: string[] = [];
  let primary: EmbeddedPostgres;
  let replica: EmbeddedPostgres | null = null;
  let client: pg.Client;

  const start = (dataDir: string, settings: Readonly<Record<string, string>> = {}) =>
    startEmbeddedPostgres({
      dataDir,
      log: silent,
      durable: false,
      settings: { ...SETTINGS, ...settings },
      orphanGraceS: 0,
    });
  const statusNow = () => databaseStatus(client);

  before(async () => {
    const [dataDir, copy] = [makeFolder(), makeFolder()];
    folders.push(dataDir, copy);
    primary = await start(dataDir);
    await primary.stop();
    execFileSync("cp", ["-aL", `${dataDir}/.`, copy]);
    // With this file in its folder a server follows another instead of writing itself.
    writeFileSync(join(copy, "postgres", "standby.signal"), "");
    execFileSync("rm", ["-f", join(copy, "postgres.port")]);
    primary = await start(dataDir);
    const { port, password } = new URL(primary.url);
    const follow = `host=127.0.0.1 port=${port} user=evently password=${password} application_name=replica-1`;
    replica = await start(copy, { primary_conninfo: follow });
    client = new pg.Client({ connectionString: primary.url });
    await client.connect();
    await client.query("create table written (n integer)");
  });
  after(async () => {
    await client.end();
    await replica?.stop();
    await primary.stop();
    for (const folder of folders) removeFolder(folder);
  });

  it("names the replica with its lag, which is nothing when all was replayed", async () => {
    const caughtUp = await until("the replica to catch up", async () => {
      const [one] = (await statusNow()).replicas;
      return one?.state === "streaming" && one.lagBytes === 0 && one;
    });
    expect(caughtUp).to.deep.equal({
      id: "replica-1",
      state: "streaming",
      isSynchronous: false,
      lagMs: 0,
      lagBytes: 0,
    });
  });

  it("sees it fall behind while it does not replay", async () => {
    const follower = new pg.Client({ connectionString: (replica as EmbeddedPostgres).url });
    await follower.connect();
    await follower.query("select pg_wal_replay_pause()");
    await client.query("insert into written select generate_series(1, 50000)");
    const behind = await until("the replica to fall behind", async () => {
      const [one] = (await statusNow()).replicas;
      return (one?.lagBytes ?? 0) > 1_000_000 && one;
    });
    expect(behind.id).to.equal("replica-1");
    await follower.query("select pg_wal_replay_resume()");
    await until("it to catch up", async () => (await statusNow()).replicas[0]?.lagBytes === 0);
    await follower.end();
  });

  it("tells of no replica when it is gone", async () => {
    await replica?.stop();
    replica = null;
    await until("its connection to end", async () => (await statusNow()).replicas.length === 0);
  });

  it("tells what somebody's old snapshot keeps from being cleared away", async () => {
    const reader = new pg.Client({ connectionString: primary.url });
    await reader.connect();
    await reader.query("begin isolation level repeatable read");
    await reader.query("select count(*) from written");
    for (let at = 0; at < 20; at += 1) await client.query("insert into written values (0)");
    const { xminAge, oldestTransactionMs, connections } = await statusNow();
    expect(xminAge).to.be.at.least(20);
    expect(oldestTransactionMs).to.be.above(0);
    expect(connections.find(({ state }) => state === "idle in transaction")?.count).to.equal(1);
    await reader.query("rollback");
    expect((await statusNow()).xminAge).to.be.below(20);
    await reader.end();
  });
});
