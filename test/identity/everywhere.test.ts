import { expect } from "chai";
import { io, type Socket } from "socket.io-client";
import { createResetTokens } from "../../src/identity/reset-tokens.ts";
import { createPool } from "../../src/store/database.ts";
import { Client } from "../support/client.ts";
import { createTestDatabase, silent, type TestDatabase } from "../support/postgres.ts";
import { ADMIN, createAdmin, type Role, startRole } from "../support/system.ts";
import { until } from "../support/until.ts";

const SECRET = "a-signing-secret-of-two-processes-long-enough";
const PASSWORD = "a-fairly-long-one-1";

describe("what happens to an account in one API process", () => {
  let database: TestDatabase;
  let roles: Role[] = [];
  let here: Client;
  let there: Client;
  let admin: string;
  const sockets: Socket[] = [];

  before(async () => {
    database = await createTestDatabase();
    await createAdmin(database.url);
    const env = { JWT_SECRET: SECRET };
    roles = await Promise.all([startRole("api", database.url, env), startRole("api", database.url, env)]);
    [here, there] = roles.map(({ url }) => new Client(url)) as [Client, Client];
    admin = await here.adminToken();
  });
  after(async () => {
    for (const socket of sockets) socket.disconnect();
    await Promise.all(roles.map((role) => role.stop()));
    await database.drop();
  });

  /** Somebody whose token the other process has just accepted, and who has a socket there. */
  async function known(): Promise<{ token: string; userId: string; email: string; socket: Socket }> {
    const { token, userId } = await here.register();
    const { body } = await there.get("/auth/validate", { token });
    expect(body.valid).to.equal(true);
    const socket = io(`${roles[1]?.url}/notifications`, {
      auth: { token },
      transports: ["websocket"],
      forceNew: true,
      reconnection: false,
    });
    sockets.push(socket);
    await new Promise<void>((resolve, reject) => {
      socket.on("connect", resolve);
      socket.on("connect_error", reject);
    });
    return { token, userId, email: body.user.email, socket };
  }

  const statusThere = async (token: string) => (await there.get("/auth/validate", { token })).status;
  /** Notices take milliseconds; without them a cache would hold for five seconds. */
  const soon = (look: () => Promise<boolean>) => until("news of the other process", look, 2_000);

  it("ends it in all of them when it is deactivated, and its sockets", async () => {
    const { token, userId, socket } = await known();
    await here.request("PATCH", `/auth/admin/users/${userId}`, { token: admin, body: { is_active: false } });
    await soon(async () => (await statusThere(token)) === 401);
    await soon(async () => socket.disconnected);
  });

  it("has its new role in all of them; the socket stays", async () => {
    const { token, userId, socket } = await known();
    const make = (role: string) =>
      here.request("PATCH", `/auth/admin/users/${userId}`, { token: admin, body: { role } });
    const listThere = async () => (await there.get("/auth/admin/users?limit=1", { token })).status;
    expect(await listThere()).to.equal(403);
    await make("admin");
    await soon(async () => (await listThere()) === 200);
    await make("user");
    await soon(async () => (await listThere()) === 403);
    expect(socket.connected).to.equal(true);
  });

  it("logs it out in all of them when it says so", async () => {
    const { token, socket } = await known();
    await here.post("/auth/logout-all", {}, { token });
    await soon(async () => (await statusThere(token)) === 401);
    await soon(async () => socket.disconnected);
  });

  it("logs it out in all of them when its password is reset, by a mail that another process makes", async () => {
    const { token, userId, email, socket } = await known();
    expect((await here.post("/auth/forgot-password", { email })).status).to.equal(202);
    const pool = createPool({ url: database.url, name: "test", max: 1, log: silent });
    const { rows } = await pool.query("select id from password_reset where user_id = $1", [userId]);
    await pool.end();
    const reset = { token: createResetTokens(SECRET).tokenOf(rows[0].id), new_password: `${PASSWORD}-new` };
    expect((await there.post("/auth/reset-password", reset)).status).to.equal(200);
    await soon(async () => (await here.get("/auth/validate", { token })).status === 401);
    await soon(async () => socket.disconnected);
    const login = { email, password: reset.new_password };
    expect((await here.post("/auth/login", login)).status).to.equal(200);
    const printed = roles.map(({ output }) => output.join("")).join("");
    for (const secret of [reset.token, reset.new_password, ADMIN.password]) {
      expect(printed).not.to.contain(secret);
    }
  });
});
