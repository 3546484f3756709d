import { expect } from "chai";
import type { Role } from "../support/system.ts";
import { until } from "../support/until.ts";
import { gapsIn, idOf, type Receiver, verify } from "./receiver.ts";
import { type Person, World } from "./world.ts";

const MANY_MS_MAX = 40_000;
const EVENTS = 6;
const BOOKINGS = 600;
const KILLS = 3;
/** How long a message is under way, so that ends and takeovers meet one. */
const ANSWER_MS = 15;

describe("webhooks when effects processes come and go", function () {
  this.timeout(120_000);
  let world: World;
  let owner: Person;
  let buyers: Person[];
  let receiver: Receiver;
  before(async () => {
    world = await World.start(["effects", "effects"]);
    owner = await world.organizer();
    buyers = await world.people(30);
  });
  after(() => world?.stop());
  beforeEach(async () => {
    receiver = await world.receiver();
    receiver.answer = (response) => void setTimeout(() => response.writeHead(204).end(), ANSWER_MS);
  });
  afterEach(() => world.clear());

  async function events(): Promise<string[]> {
    const made = Array.from({ length: EVENTS }, () =>
      world.client.createEvent(owner.token, { total_capacity: 5_000 }),
    );
    return (await Promise.all(made)).map(({ id }) => id);
  }

  /** Books all over the events, a few at a time, so many times and for as long as it is to go on. */
  async function book(ids: readonly string[], goesOn: () => boolean = () => false): Promise<void> {
    const waves = BOOKINGS / buyers.length;
    for (let wave = 0; wave < waves || goesOn(); wave += 1) {
      const replies = await Promise.all(
        buyers.map(({ token }, at) => world.client.book(token, ids[at % ids.length] as string, 1)),
      );
      expect(new Set(replies.map(({ status }) => status))).to.deep.equal(new Set([201]));
    }
  }

  async function expectComplete(ids: readonly string[]): Promise<void> {
    for (const id of ids) {
      const head = await world.headOf(id);
      await until(`${head} of ${id}`, () => receiver.seqsOf(id).includes(head), MANY_MS_MAX);
      expect(gapsIn(receiver.of(id)), "one begins where the one before ended").to.deep.equal([]);
      expect(receiver.seqsOf(id)).to.deep.equal(Array.from({ length: head }, (_, at) => at + 1));
    }
  }

  /** Every coming of a message after its first, each the same byte for byte. */
  function repeats(): number {
    const texts = new Map<string, string>();
    for (const message of receiver.received) {
      const first = texts.get(idOf(message));
      if (first !== undefined) expect(message.text).to.equal(first);
      texts.set(idOf(message), message.text);
    }
    return receiver.received.length - texts.size;
  }

  it("are brought by two of them at the same time in order, each message once", async () => {
    const webhook = await world.webhook(owner, { url: receiver.url });
    const ids = await events();
    await book(ids);
    await expectComplete(ids);
    expect(repeats()).to.equal(0);
    for (const message of receiver.received) verify(webhook.secret, message);
    expect(receiver.underWayMost).to.be.at.least(2);
  });

  it("are complete after kill -9 in the middle; what is repeated is the same message", async () => {
    await world.webhook(owner, { url: receiver.url });
    const ids = await events();
    let victim: Role = world.effects;
    let kills = 0;
    const booked = book(ids, () => kills < KILLS);
    for (; kills < KILLS; kills += 1) {
      const before = receiver.received.length;
      await until("messages are under way", () => receiver.received.length > before + 5, MANY_MS_MAX);
      await until("one of them right now", () => receiver.underWay > 0);
      victim.kill("SIGKILL");
      victim = await world.another("effects");
    }
    await booked;
    await expectComplete(ids);
    expect(repeats()).to.be.at.most(kills * 4);
  });

  it("go on by the feed after an outage of the receiver: nothing is missing, nothing twice", async () => {
    const [id = ""] = await events();
    await world.webhook(owner, { url: receiver.url, event_id: id });
    const feed = async (after: number) =>
      (await world.client.get(`/events/${id}/feed?after=${after}&limit=50`, { token: owner.token })).body
        .data;
    await book([id]);
    await until("half of it has come", () => receiver.seqsOf(id).length > 100, MANY_MS_MAX);
    // From here on the receiver is deaf; what it knows is what it had written down.
    const known = receiver.of(id).at(-1)?.body.data.to_seq as number;
    receiver.answer = (response) => response.writeHead(503).end();
    await book([id]);
    const caughtUp: number[] = [];
    let after = known;
    for (let page = await feed(after); ; page = await feed(after)) {
      caughtUp.push(...page.outcomes.map(({ seq }: { seq: number }) => seq));
      after = page.next_after;
      if (!page.has_more) break;
    }
    const head = await world.headOf(id);
    expect(after).to.equal(head);
    expect(caughtUp).to.deep.equal(Array.from({ length: head - known }, (_, at) => known + 1 + at));
  });
});
