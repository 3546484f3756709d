import { once } from "node:events";
import { type AddressInfo, createServer, type Server } from "node:net";
import { expect } from "chai";
import { loadConfig } from "../../src/ops/config.ts";
import { until } from "../support/until.ts";
import { type Person, World } from "./world.ts";

describe("webhooks as a way to where only this machine may go", () => {
  let world: World;
  let owner: Person;
  let trap: Server;
  let reached = 0;
  before(async () => {
    world = await World.start(["effects"], { WEBHOOK_ALLOW_PRIVATE: "false" });
    owner = await world.organizer();
    trap = createServer((socket) => {
      reached += 1;
      socket.destroy();
    }).listen(0, "127.0.0.1");
    await once(trap, "listening");
  });
  after(async () => {
    trap?.close();
    await world?.stop();
  });

  const portOf = () => (trap.address() as AddressInfo).port;

  it("are refused when they are registered, in every spelling", async () => {
    const addresses = [
      `http://127.0.0.1:${portOf()}/`,
      `https://127.0.0.1:${portOf()}/`,
      `https://localhost:${portOf()}/`,
      `https://LOCALHOST.:${portOf()}/`,
      `https://2130706433:${portOf()}/`,
      `https://0x7f.1:${portOf()}/`,
      `https://[::1]:${portOf()}/`,
      `https://[::ffff:127.0.0.1]:${portOf()}/`,
      `https://[64:ff9b::127.0.0.1]:${portOf()}/`,
      `https://[2002:7f00:1::]:${portOf()}/`,
      "https://0.0.0.0/",
      "https://10.0.0.1/",
      "https://100.64.0.1/",
      "https://169.254.169.254/latest/meta-data/",
      "https://192.168.0.1/",
      "https://224.0.0.1/",
      "https://[fd00:ec2::254]/",
      "https://[fe80::1]/",
      "https://93.184.216.34:22/",
      "gopher://93.184.216.34/",
      "file:///etc/passwd",
    ];
    for (const url of addresses) {
      const reply = await world.client.post("/webhooks", { url }, { token: owner.token });
      expect(reply.status, url).to.equal(400);
      expect(reply.body.details, url).to.have.property("url");
    }
    const { rows } = await world.pool.query("select count(*)::integer as count from webhook_endpoint");
    expect(rows[0].count).to.equal(0);
    const fine = await world.client.post(
      "/webhooks",
      { url: "https://93.184.216.34/" },
      { token: owner.token },
    );
    expect(fine.status).to.equal(201);
    const { id } = fine.body.data;
    const url = `https://localhost:${portOf()}/`;
    const moved = await world.client.request("PATCH", `/webhooks/${id}`, {
      token: owner.token,
      body: { url },
    });
    expect(moved.status).to.equal(400);
    expect(reached).to.equal(0);
  });

  for (const host of ["localhost", "127.0.0.1", "[::ffff:7f00:1]"]) {
    it(`are refused again when they are connected to: ${host}`, async () => {
      const fields = { url: "https://93.184.216.34/" };
      const { id } = await world.webhook(owner, fields);
      // As if the name had meant something else when it was registered.
      await world.pool.query("update webhook_endpoint set url = $2 where id = $1", [
        id,
        `https://${host}:${portOf()}/`,
      ]);
      const tried = await world.client.post(`/webhooks/${id}/test`, undefined, { token: owner.token });
      expect(tried.body.data).to.include({ status: "failed", status_code: null });
      await world.client.createEvent(owner.token);
      const failed = await until("it was tried", async () => {
        const { body } = await world.client.get(`/webhooks/${id}/deliveries`, { token: owner.token });
        return body.data.find(({ type }: { type: string }) => type === "event.outcomes");
      });
      expect(failed).to.include({ status: "failed", status_code: null });
      expect(failed.error).to.match(/not public|private/);
      expect(reached).to.equal(0);
      await world.clear();
    });
  }

  it("cannot be opened in production", () => {
    const open = { NODE_ENV: "production", PAYMENT_PROVIDER: "test", WEBHOOK_ALLOW_PRIVATE: "true" };
    expect(() => loadConfig(open)).to.throw("WEBHOOK_ALLOW_PRIVATE");
    expect(loadConfig({}).WEBHOOK_ALLOW_PRIVATE).to.equal(false);
  });
});
