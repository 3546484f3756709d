import { copyFileSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { installMailboxSchema } from "../../src/mailbox/schema.ts";
import { type EmbeddedPostgres, startEmbeddedPostgres } from "../../src/ops/embedded-postgres.ts";
import { migrate } from "../../src/store/migrate.ts";
import { auditEvent } from "../support/books.ts";
import { Client } from "../support/client.ts";
import { ask } from "../support/embedded.ts";
import { silent } from "../support/postgres.ts";
import { Program } from "../support/processes.ts";
import { createAdmin, type Role, startRole } from "../support/system.ts";
import { openFolder, recoverTo, removeCopies, takeBaseBackup } from "./base-backup.ts";

const ROOT = join(import.meta.dirname, "../..");
const CAPACITY = 400;
const BUYERS = 8;

/** What is sold while the backup is taken, at most: a fast machine would sell everything meanwhile. */
const SOLD_MEANWHILE_MAX = CAPACITY / 2;

/** A sale that goes on by itself up to a bound: buyers who book again and again, each request with a key of its own. */
class Sale {
  readonly confirmed: { readonly id: string; readonly key: string; readonly token: string }[] = [];
  #isOver = false;
  #max: number;
  readonly #buyers: Promise<void>[];

  constructor(client: Client, eventId: string, tokens: readonly string[], max: number) {
    this.#max = max;
    this.#buyers = tokens.map(async (token, buyer) => {
      for (let n = 0; !this.#isOver; n += 1) {
        if (this.confirmed.length >= this.#max) {
          await sleep(5);
          continue;
        }
        const key = `${buyer}-${n}`;
        const reply = await client.book(token, eventId, 1, { headers: { "idempotency-key": key } });
        if (reply.status === 201) this.confirmed.push({ id: reply.body.data.id, key, token });
        await sleep(5);
      }
    });
  }

  /** Waits until so many more were confirmed. */
  async goesOn(count: number): Promise<void> {
    const goal = this.confirmed.length + count;
    this.#max = Math.max(this.#max, goal);
    while (this.confirmed.length < goal) await sleep(10);
  }

  async end(): Promise<void> {
    this.#isOver = true;
    await Promise.all(this.#buyers);
  }
}

describe("a backup that was taken while a sale ran", function () {
  this.timeout(120_000);
  let folder: string;
  const servers: EmbeddedPostgres[] = [];
  const roles: Role[] = [];

  before(() => {
    folder = mkdtempSync(join(tmpdir(), "evently-backup-"));
    openFolder(folder);
  });
  after(async () => {
    await Promise.all(roles.map((role) => role.stop()));
    await Promise.all(servers.map((server) => server.stop({ immediate: true })));
    removeCopies(folder);
  });

  async function startServer(name: string, settings: Readonly<Record<string, string>>) {
    const dataDir = openFolder(join(folder, name));
    const shared = { shared_buffers: "64MB", ...settings };
    const server = await startEmbeddedPostgres({ dataDir, log: silent, orphanGraceS: 0, settings: shared });
    servers.push(server);
    return server;
  }

  async function startInstallation(url: string): Promise<Client> {
    const started = await Promise.all([
      startRole("api", url),
      startRole("booking", url),
      startRole("effects", url),
    ]);
    roles.push(...started);
    return new Client((started[0] as Role).url);
  }

  it("is brought to a moment after it, is found clean, and goes on selling without selling anything twice", async () => {
    const archive = openFolder(join(folder, "archive"));
    const original = await startServer("original", {
      archive_mode: "on",
      // Whole under its name or not there: the server may be killed in between.
      archive_command: `cp %p ${archive}/%f.partial && mv ${archive}/%f.partial ${archive}/%f`,
    });
    await migrate(original.url, silent, [installMailboxSchema]);
    await createAdmin(original.url);
    const client = await startInstallation(original.url);
    const event = await client.createEvent(await client.adminToken(), { total_capacity: CAPACITY });
    const buyers = await Promise.all(Array.from({ length: BUYERS }, () => client.register()));
    const tokens = buyers.map(({ token }) => token);
    const sale = new Sale(client, event.id, tokens, SOLD_MEANWHILE_MAX);

    await sale.goesOn(20);
    const copy = join(folder, "restored", "postgres");
    openFolder(join(folder, "restored"));
    await takeBaseBackup(original.url, original.cluster, copy);
    const inBackup = sale.confirmed.length;
    await sale.goesOn(20);
    const before = sale.confirmed.map(({ id }) => id);
    await ask(original.url, "select pg_create_restore_point('the moment')");
    await sale.goesOn(20);
    await sale.end();
    // What is lost: bookings that were acknowledged after the moment that is restored.
    const later = sale.confirmed.slice(before.length);
    await ask(original.url, "select pg_switch_wal()");
    await archived(original.url);
    await Promise.all(roles.splice(0).map((role) => role.stop()));

    recoverTo(copy, archive, "the moment");
    copyFileSync(
      join(folder, "original", "postgres.password"),
      join(folder, "restored", "postgres.password"),
    );
    const restored = await startServer("restored", {});
    await recovered(restored.url);
    const known = (await ask(restored.url, "select json_agg(id) from booking")) as string[];
    expect(before.length).to.be.above(inBackup);
    expect(
      before.filter((id) => !known.includes(id)),
      "acknowledged before the moment, and gone",
    ).to.deep.equal([]);

    const verified = new Program([process.execPath, join(ROOT, "src/verify.ts"), "--json"], {
      env: { DATABASE_URL: restored.url },
    });
    expect(await verified.ended, verified.printed).to.equal(0);

    const again = await startInstallation(restored.url);
    // Whoever lost a booking and asks again with the same key gets one; whoever did not lose it gets the same one.
    const lost = later.filter(({ id }) => !known.includes(id));
    expect(lost.length).to.be.above(0);
    const kept = sale.confirmed.find(({ id }) => known.includes(id));
    const replies = await Promise.all(
      [...lost, ...lost, kept!].map(({ token, key }) =>
        again.book(token, event.id, 1, { headers: { "idempotency-key": key } }),
      ),
    );
    expect(new Set(replies.map(({ status }) => status))).to.deep.equal(new Set([201]));
    expect(new Set(replies.map(({ body }) => body.data.id)).size).to.equal(lost.length + 1);
    expect(replies.at(-1)?.body.data.id).to.equal(kept?.id);

    const rest = new Sale(again, event.id, tokens, CAPACITY);
    while ((await auditEvent(restored.url, event.id)).available > 0) await sleep(200);
    await rest.end();
    const books = await auditEvent(restored.url, event.id);
    expect(books).to.include({ sold: CAPACITY, available: 0 });
    const refused = await again.book(tokens[0] as string, event.id, 1);
    expect(refused.status).to.equal(409);
  });
});

/** Waits until the server has gone through the log and takes commands. */
async function recovered(url: string): Promise<void> {
  while ((await ask(url, "select pg_is_in_recovery()")) !== false) await sleep(50);
}

/** Waits until the server has handed over every finished part of its log. */
async function archived(url: string): Promise<void> {
  const behind = `select count(*)::integer from pg_ls_archive_statusdir() where name like '%.ready'`;
  while ((await ask(url, behind)) !== 0) await sleep(50);
}
