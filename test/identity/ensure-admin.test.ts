import { expect } from "chai";
import { ensureAdmin } from "../../src/identity/ensure-admin.ts";
import { createPasswordHasher } from "../../src/identity/passwords.ts";
import { sharedSetting } from "../../src/store/settings.ts";
import { PASSWORD, startWorld, type World } from "./world.ts";

describe("the configured admin", () => {
  let world: World;
  before(async () => {
    world = await startWorld();
  });
  after(() => world.stop());

  const hasher = createPasswordHasher({ concurrencyMax: 2, queueMax: 100 });
  const ensure = (email: string, password = PASSWORD) =>
    ensureAdmin({ users: world.users, hasher, email, password, newId: () => crypto.randomUUID() });
  const login = async (email: string, password = PASSWORD) =>
    world.call("POST", "/auth/login", { body: { email, password } });

  it("is created once, however many processes start at once", async () => {
    expect(await world.users.hasAdmin()).to.equal(false);
    const results = await Promise.all(Array.from({ length: 5 }, () => ensure("root@example.com")));
    expect(results.sort()).to.deep.equal(["created", ...Array(4).fill("unchanged")]);
    expect(await world.users.hasAdmin()).to.equal(true);
    const { body } = await login("root@example.com");
    expect((await world.call("GET", "/admin-only", { token: body.data.token })).status).to.equal(200);
    expect(await ensure("ROOT@example.com")).to.equal("unchanged");
  });

  it("gets another password, which ends the sessions of the old one", async () => {
    await ensure("second@example.com");
    const { body } = await login("second@example.com");
    expect(await ensure("second@example.com", "another fine password")).to.equal("updated");
    expect((await world.call("GET", "/auth/validate", { token: body.data.token })).status).to.equal(401);
    expect((await login("second@example.com")).status).to.equal(401);
    expect((await login("second@example.com", "another fine password")).status).to.equal(200);
  });

  it("is made of somebody who was a user, or was deactivated", async () => {
    const { email } = await world.register();
    await world.pool.query("update users set is_active = false where email = $1", [email]);
    expect(await ensure(email)).to.equal("updated");
    expect((await login(email)).body.data.user).to.include({ role: "admin", isActive: true });
  });

  it("may not have a common password", async () => {
    const error = await ensure("third@example.com", "admin123").catch((thrown: Error) => thrown);
    expect(String(error)).to.contain("the admin's password is among the most common");
  });
});

describe("a shared setting", () => {
  it("is generated once for all processes", async () => {
    const world = await startWorld();
    let generated = 0;
    const generate = () => {
      generated += 1;
      return `secret ${generated}`;
    };
    const values = await Promise.all(
      Array.from({ length: 8 }, () => sharedSetting(world.pool, "jwt_secret", generate)),
    );
    expect(new Set(values).size).to.equal(1);
    expect(await sharedSetting(world.pool, "jwt_secret", generate)).to.equal(values[0]);
    expect(await sharedSetting(world.pool, "other", generate)).not.to.equal(values[0]);
    await world.stop();
  });
});
