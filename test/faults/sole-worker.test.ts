import { join } from "node:path";
import { expect } from "chai";
import { freePort } from "../../src/ops/free-port.ts";
import { auditEvent } from "../support/books.ts";
import { Client } from "../support/client.ts";
import { createTestDatabase, type TestDatabase } from "../support/postgres.ts";
import { Program } from "../support/processes.ts";
import { createAdmin } from "../support/system.ts";
import { note } from "./stage.ts";

const MAIN = join(import.meta.dirname, "../../src/main.ts");
const RESTART_MS_MAX = 2_000;
const KILLS = 2;

describe("npm start, whose only booking worker is killed", () => {
  let database: TestDatabase;
  let program: Program;
  let client: Client;

  before(async () => {
    database = await createTestDatabase();
    await createAdmin(database.url);
    const port = await freePort(null);
    const env = { DATABASE_URL: database.url, HOST: "127.0.0.1", PORT: String(port), NODE_ENV: "test" };
    program = new Program([process.execPath, MAIN], { env });
    await program.prints(/Evently is running/);
    client = new Client(`http://127.0.0.1:${port}`);
  });
  after(async () => {
    program?.kill("SIGTERM");
    await program?.ended;
    await database?.drop();
  });

  const WORKER_READY = /"role":"booking","pid":(\d+).*worker is ready/g;

  it("has another decide what was accepted meanwhile within two seconds", async () => {
    const { id } = await client.createEvent(await client.adminToken(), { total_capacity: 10 });
    const { token } = await client.register();
    const times: number[] = [];
    for (let kill = 0; kill < KILLS; kill++) {
      const pid = Number([...program.printed.matchAll(WORKER_READY)].at(-1)?.[1]);
      const began = Date.now();
      process.kill(pid, "SIGKILL");
      const reply = await client.book(token, id, 1, { headers: { "Idempotency-Key": `after kill ${kill}` } });
      times.push(Date.now() - began);
      expect(reply.status).to.equal(201);
      await program.prints(
        new RegExp(`"role":"booking","pid":(?!${pid},)\\d+.*worker is ready(?![^]*${pid},)`),
      );
    }
    note(`booked ${times.join(", ")} ms after its death`);
    expect(Math.max(...times)).to.be.below(RESTART_MS_MAX);
    expect((await auditEvent(database.url, id)).sold).to.equal(KILLS);
  });
});
