import { spawn } from "node:child_process";
import { join } from "node:path";
import { expect } from "chai";
import { Client } from "../support/client.ts";
import { createTestDatabase, type TestDatabase } from "../support/postgres.ts";
import { createAdmin, type Role, startRole } from "../support/system.ts";
import { EXIT, operatorOn } from "./operator.ts";

const ROOT = join(import.meta.dirname, "../..");
const EVENTLY = join(ROOT, "bin/evently");
const PASSWORD = "four words nobody guesses";

describe("evently, beside running processes", () => {
  let database: TestDatabase;
  let api: Role;
  let workers: Role[];
  let client: Client;
  let token: string;

  before(async () => {
    database = await createTestDatabase();
    await createAdmin(database.url);
    [api, ...workers] = (await Promise.all([
      startRole("api", database.url),
      startRole("booking", database.url),
      startRole("booking", database.url),
    ])) as [Role, Role, Role];
    client = new Client(api.url);
    token = await client.adminToken();
  });
  after(async () => {
    await Promise.all([api, ...workers].map((role) => role.stop()));
    await database.drop();
  });

  /** Runs the launcher itself, with another Node first on the path and from another folder. */
  function evently(args: readonly string[], given: { readonly stdin?: string; readonly env?: object } = {}) {
    const env = {
      PATH: "/usr/local/bin:/usr/bin:/bin",
      HOME: "/tmp",
      DATABASE_URL: database.url,
      ...given.env,
    };
    const program = spawn(EVENTLY, args, { cwd: "/", env });
    let [out, err] = ["", ""];
    program.stdout.on("data", (text) => (out += text));
    program.stderr.on("data", (text) => (err += text));
    program.stdin.end(given.stdin ?? "");
    return new Promise<{ code: number | null; out: string; err: string }>((resolve, reject) => {
      program.once("error", reject);
      program.once("close", (code) => resolve({ code, out, err }));
    });
  }
  // biome-ignore lint/suspicious/noExplicitAny: the shape is what the tests are about
  const json = async (...args: string[]): Promise<any> =>
    JSON.parse((await evently([...args, "--json"])).out);

  const book = (eventId: string, headers = {}) =>
    client.post("/bookings", { event_id: eventId, quantity: 1 }, { token, headers });

  it("says who is awake, in which worker, since when", async () => {
    const event = await client.createEvent(token, { name: "Awake\u001b[2J" });
    expect((await book(event.id)).status).to.equal(201);
    const { workers: known, actors } = await json("awake");
    expect(known.map(({ state }: { state: string }) => state)).to.deep.equal(["working", "working"]);
    expect(known.every(({ answered }: { answered: boolean }) => answered)).to.equal(true);
    expect(known.map(({ port }: { port: number }) => port).toSorted()).to.deep.equal(
      workers.map(({ port }) => port).toSorted(),
    );
    const [actor] = actors.filter(({ event_id }: { event_id: string }) => event_id === event.id);
    expect(actor).to.include({ current: true });
    expect(actor.awake_ms).to.be.within(0, 60_000);
    const { code, out } = await evently(["awake"]);
    expect(code).to.equal(EXIT.done);
    expect(out).to.contain(event.id).and.to.contain("current").and.not.to.contain("\u001b");
  });

  it("pauses and resumes a sale by its mailbox, and says what was decided", async () => {
    const event = await client.createEvent(token);
    const paused = await evently(["pause", event.id, "--by", "ann"]);
    expect(paused).to.deep.equal({ code: EXIT.done, out: "An Evening is paused\n", err: "" });
    expect((await book(event.id)).body.code).to.equal("EVENT_NOT_ON_SALE");
    const again = await evently(["pause", event.id]);
    expect(again.code).to.equal(EXIT.refused);
    expect(again.out).to.contain("AlreadyPaused");
    expect((await evently(["resume", event.id])).code).to.equal(EXIT.done);
    expect((await book(event.id)).status).to.equal(201);
    const audit = await client.get(`/auth/admin/audit?user_id=${event.id}`, { token });
    expect(audit.status).to.equal(200);
    expect(audit.body.data.map(({ action }: { action: string }) => action)).to.include("sale.pause");
  });

  it("drains a worker: it takes no more turns, the other does, and undrained it does again", async () => {
    const { workers: known } = await json("awake");
    const [one, other] = known as [{ name: string; id: string }, { name: string }];
    const drained = await evently(["drain", one.id]);
    expect(drained).to.deep.equal({ code: EXIT.done, out: `${one.name} is drained\n`, err: "" });
    const event = await client.createEvent(token, { total_capacity: 50 });
    for (let n = 0; n < 20; n += 1) expect((await book(event.id)).status).to.equal(201);
    const { workers: now, actors } = await json("awake");
    expect(now.map(({ state }: { state: string }) => state)).to.deep.equal(["drained", "working"]);
    const owners = new Set(actors.map(({ worker }: { worker: string }) => worker));
    expect([...owners]).to.deep.equal([other.name]);

    const last = await evently(["drain", other.name]);
    expect(last.code).to.equal(EXIT.refused);
    expect(last.out).to.contain("the only worker that takes turns").and.to.contain("--even-last");

    expect((await evently(["drain", other.name, "--even-last"])).code).to.equal(EXIT.done);
    const waiting = await book(event.id, { prefer: "wait=0" });
    expect(waiting.status).to.equal(202);
    const [depth] = (await json("mailbox", event.id, "--seconds", "0")).mailboxes;
    expect(depth).to.include({ bookings: 1, urgent: 0, is_paused: false });
    expect(depth.oldest_ms).to.be.above(0);
    // Nobody decides: said so, and not waited for for ever.
    const late = await evently(["pause", event.id]);
    expect(late.code).to.equal(EXIT.underWay);
    expect(late.out).to.contain("not decided yet");

    for (const { name } of [one, other]) {
      const back = await evently(["undrain", name]);
      expect(back).to.deep.equal({ code: EXIT.done, out: `${name} is working\n`, err: "" });
    }
    expect((await evently(["resume", event.id])).code).to.equal(EXIT.done);
    await eventually(async () => expect((await book(event.id)).status).to.equal(201));
    expect((await json("mailbox")).mailboxes).to.deep.equal([]);
  });

  it("tells workers apart, and says which there are", async () => {
    const { workers: known } = await json("awake");
    const wrong = await evently(["drain", "nobody"]);
    expect(wrong.code).to.equal(EXIT.refused);
    for (const { name, id } of known) expect(wrong.out).to.contain(`${name} (${id})`);
  });

  it("forgets a worker that stopped, and says which one does not answer", async () => {
    const [killed, stopped] = await Promise.all([
      startRole("booking", database.url),
      startRole("booking", database.url),
    ]);
    const states = async () => (await json("awake")).workers.map(({ state }: { state: string }) => state);
    expect(await states()).to.have.length(4);
    await stopped.stop();
    expect(await states()).to.have.length(3);
    killed.kill("SIGKILL");
    await evently(["awake"]);
    const { workers: known } = await json("awake");
    const silentOne = known.find(({ answered }: { answered: boolean }) => !answered);
    expect(silentOne.port).to.equal(killed.port);
  });

  describe("makes admins", () => {
    const login = (email: string, password: string) => client.post("/auth/login", { email, password });

    it("with a password from standard input, who can log in and do what admins do", async () => {
      const email = "operator@example.com";
      const made = await evently(["create-admin", email], { stdin: `${PASSWORD}\n` });
      expect(made).to.deep.equal({ code: EXIT.done, out: `the admin ${email} was created\n`, err: "" });
      const { status, body } = await login(email, PASSWORD);
      expect(status).to.equal(200);
      const people = await client.get("/auth/admin/users", { token: body.data.token });
      expect(people.status).to.equal(200);
    });

    it("with the login of the environment", async () => {
      const env = { ADMIN_EMAIL: "env@example.com", ADMIN_PASSWORD: PASSWORD };
      expect((await evently(["create-admin"], { env })).code).to.equal(EXIT.done);
      expect((await login(env.ADMIN_EMAIL, PASSWORD)).status).to.equal(200);
    });

    it("not over an account that is there, unless that is meant", async () => {
      const { email } = { email: `taken-${Date.now()}@example.com` };
      await client.post("/auth/register", { email, name: "T", password: PASSWORD });
      const refused = await evently(["create-admin", email], { stdin: `${PASSWORD} 2\n` });
      expect(refused.code).to.equal(EXIT.refused);
      expect(refused.out).to.contain("has an account (user)").and.to.contain("--replace");
      expect((await login(email, PASSWORD)).status).to.equal(200);
      const replaced = await evently(["create-admin", email, "--replace"], { stdin: `${PASSWORD} 2\n` });
      expect(replaced.out).to.equal(`the admin ${email} was updated\n`);
      expect((await login(email, PASSWORD)).status).to.equal(401);
      expect((await login(email, `${PASSWORD} 2`)).status).to.equal(200);
    });

    it("not with a password that would be guessed, nor with one among its arguments", async () => {
      const operator = operatorOn(database.url);
      for (const bad of ["short", "password123", "", "weak@example.com"]) {
        const refused = await operator(["create-admin", "weak@example.com"], { secret: bad });
        expect(refused.code, bad).to.equal(EXIT.refused);
        expect(refused.out).to.match(/^the password (must|is)/);
      }
      const named = await evently(["create-admin", "weak@example.com", "--password", PASSWORD]);
      expect(named.code).to.equal(EXIT.unusable);
      expect(named.err).to.contain("Unknown option '--password'").and.to.contain("accepted: ");
      expect(named.err).not.to.contain(PASSWORD);
    });
  });

  describe("says what is wrong", () => {
    it("where there is nothing to be reached", async () => {
      const none = await evently(["awake"], { env: { DATABASE_URL: "", DATA_DIR: "/tmp/evently-nowhere" } });
      expect(none.code).to.equal(EXIT.unusable);
      expect(none.err).to.contain("no npm start runs on /tmp/evently-nowhere");
      const away = await evently(["awake"], { env: { DATABASE_URL: "postgres://nobody@127.0.0.1:1/none" } });
      expect(away.code).to.equal(EXIT.unusable);
      expect(away.err).to.contain("the database of DATABASE_URL does not answer");
    });
  });

  it("runs the project's other programs, with their arguments and exit codes", async () => {
    const verified = await evently(["verify", "--json"]);
    expect(verified.code).to.equal(0);
    expect(JSON.parse(verified.out)).to.include({ differences: 0 });
    expect((await evently(["verify", "--what"])).code).to.equal(2);
  });
});

/** Tries for five seconds. */
async function eventually(attempt: () => Promise<unknown>): Promise<void> {
  for (let left = 50; ; left -= 1) {
    try {
      await attempt();
      return;
    } catch (error) {
      if (left === 0) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
