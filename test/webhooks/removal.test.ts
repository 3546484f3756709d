import { expect } from "chai";
import { until } from "../support/until.ts";
import type { Person } from "./world.ts";
import { World } from "./world.ts";

const ROUNDS = 25;

describe("webhooks that are changed while messages are under way", function () {
  this.timeout(120_000);
  let world: World;
  let owner: Person;
  before(async () => {
    world = await World.start(["effects", "effects"]);
    owner = await world.organizer();
  });
  after(() => world?.stop());

  it("are changed, switched and removed at once, whatever couriers write about them", async () => {
    const receiver = await world.receiver();
    let taken = 0;
    receiver.answer = (response) => {
      taken += 1;
      response.writeHead(taken % 3 === 0 ? 500 : 204).end();
    };
    const made = () => world.client.createEvent(owner.token, { total_capacity: 1_000 });
    const ids: string[] = [(await world.webhook(owner, { url: receiver.url })).id];
    const events = await Promise.all([made(), made(), made(), made()]);
    await until("couriers know that somebody listens", () => taken >= events.length);
    const asked = { token: owner.token };
    const statuses: number[] = [];
    const change = async (id: string, body: unknown) =>
      statuses.push((await world.client.request("PATCH", `/webhooks/${id}`, { ...asked, body })).status);
    for (let round = 0; round < ROUNDS; round += 1) {
      while (ids.length < 4) ids.push((await world.webhook(owner, { url: receiver.url })).id);
      const [oldest = ""] = ids.splice(0, 1);
      await Promise.all([
        ...events.map(({ id }) => world.client.book(owner.token, id, 1)),
        ...ids.flatMap((id) => [{ types: null }, { is_active: true }].map((body) => change(id, body))),
        world.client
          .request("DELETE", `/webhooks/${oldest}`, asked)
          .then(({ status }) => statuses.push(status)),
      ]);
    }
    expect(new Set(statuses)).to.deep.equal(new Set([200]));
    expect(taken).to.be.greaterThan(ROUNDS);
    for (const text of world.printed()) expect(text).to.not.include("deadlock");
  });
});
