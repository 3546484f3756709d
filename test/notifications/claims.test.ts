import { expect } from "chai";
import { claimDeliveries } from "../../src/store/notifications/deliveries.ts";
import { recordVerdicts } from "../../src/store/notifications/verdicts.ts";
import { until } from "../support/until.ts";
import { FakeChannel, World } from "./world.ts";

describe("the dispatcher among others", () => {
  let world: World;
  before(async () => {
    world = await World.create();
  });
  afterEach(() => world.stop());
  after(() => world.end());

  it("shares work between processes: each delivery is carried once", async () => {
    const [here, there] = [new FakeChannel("email"), new FakeChannel("email")];
    const userId = await world.person();
    const ids = await Promise.all(
      Array.from({ length: 400 }, () => world.tell(userId, { channels: ["email"] })),
    );
    world.dispatch([here]);
    world.dispatch([there]);
    await until("all mails", () => here.given.length + there.given.length >= ids.length, 10_000);
    for (const id of ids) await world.settled(id);
    const carried = [...here.given, ...there.given].map(({ message }) => message.notificationId);
    expect(carried).to.have.members(ids);
    expect(carried).to.have.length(ids.length);
    expect(Math.min(here.given.length, there.given.length)).to.be.above(0);
  }).timeout(15_000);

  it("takes over what a process had claimed that is gone, and ignores what that one says later", async () => {
    const userId = await world.person();
    const id = await world.tell(userId, { channels: ["email"] });
    const claimed = await claimDeliveries(world.pool, "email", { max: 10, leaseMs: 300 });
    expect(claimed).to.have.length(1);
    const email = new FakeChannel("email", () => ({ type: "delivered", ref: "second" }));
    const dispatcher = world.dispatch([email]);
    dispatcher.hint();
    expect(email.given).to.deep.equal([]);
    expect(await world.settled(id)).to.deep.equal(["email delivered"]);
    const late = { status: "dead", againInMs: null, ref: null, error: "late", gone: [] } as const;
    await recordVerdicts(
      world.pool,
      claimed.map((delivery) => ({ ...late, delivery })),
    );
    expect(await world.settled(id)).to.deep.equal(["email delivered"]);
    expect((await world.rows(id))[0]).to.include({ attempts: 2, error: null });
  });

  it("gives back what it has not begun when it is told to stop", async () => {
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const email = new FakeChannel("email", async () => {
      await held;
      return { type: "delivered", ref: null };
    });
    const userId = await world.person();
    const ids = await Promise.all(
      Array.from({ length: 30 }, () => world.tell(userId, { channels: ["email"] })),
    );
    const dispatcher = world.dispatch([email]);
    await until("some under way", () => email.given.length > 0);
    const closing = dispatcher.close();
    release();
    await closing;
    const begun = new Set(email.given.map(({ message }) => message.notificationId));
    expect(begun.size).to.be.within(1, ids.length - 1);
    for (const id of ids) {
      const [row] = await world.rows(id);
      expect(row).to.include(
        begun.has(id) ? { status: "delivered", attempts: 1 } : { status: "queued", attempts: 0 },
      );
    }
    world.dispatch();
    for (const id of ids) expect(await world.settled(id)).to.deep.equal(["email delivered"]);
  });
});
