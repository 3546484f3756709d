import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { type Person, sharedSystem } from "./shared-system.ts";

interface Notification {
  readonly type: string;
  readonly booking_id: string;
}

const ARRIVAL_MS_MAX = 8_000;

describe("notifications", () => {
  const system = sharedSystem();

  async function listOf({ userId, token }: Person): Promise<Notification[]> {
    const { body } = await system().client.get(`/notifications/user/${userId}?limit=100`, { token });
    return body.data;
  }

  /** Waits for so many to arrive, and a little longer for those that should not. */
  async function arrivals(person: Person, count: number): Promise<Notification[]> {
    const deadline = Date.now() + ARRIVAL_MS_MAX;
    while ((await listOf(person)).length < count && Date.now() < deadline) await sleep(25);
    await sleep(100);
    return listOf(person);
  }

  it("tell of a booking and of its cancellation, once each, newest first", async () => {
    const { client } = system();
    const person = await system().person();
    const event = await system().event();
    const { data } = (await client.book(person.token, event.id, 2)).body;
    await client.book(person.token, event.id, 100); // refused: nobody is told
    await client.request("DELETE", `/bookings/${data.id}`, { token: person.token });
    await client.request("DELETE", `/bookings/${data.id}`, { token: person.token });
    const notifications = await arrivals(person, 2);
    expect(notifications.map(({ type }) => type)).to.deep.equal(["booking_cancelled", "booking_confirmed"]);
    for (const notification of notifications) {
      expect(notification).to.include({
        booking_id: data.id,
        booking_reference: data.booking_reference,
        event_id: event.id,
        quantity: 2,
        is_read: false,
      });
    }
    const { body } = await client.get(`/notifications/user/${person.userId}?limit=1`, {
      token: person.token,
    });
    expect(body.count).to.equal(1);
    expect(body.pagination).to.include({ total: 2, has_next: true });
  });

  it("are one's own; an admin may see them", async () => {
    const { client, admin } = system();
    const [one, other] = (await system().people(2)) as [Person, Person];
    const path = `/notifications/user/${one.userId}`;
    expect((await client.get(path, { token: other.token })).status).to.equal(403);
    expect((await client.get(path, { token: admin.token })).status).to.equal(200);
  });

  it("come once each also when the effects worker is killed, again and again", async () => {
    const { client } = system();
    const people = await system().people(5);
    const event = await system().event({ total_capacity: 1_000 });
    const expected = new Map<Person, Set<string>>(people.map((person) => [person, new Set()]));
    const round = async () => {
      for (const person of people) {
        const booked = await Promise.all([1, 2, 3].map(() => client.book(person.token, event.id, 1)));
        const ids = booked.map(({ body }) => body.data.id as string);
        await client.request("DELETE", `/bookings/${ids[0]}`, { token: person.token });
        for (const id of ids) expected.get(person)?.add(`booking_confirmed ${id}`);
        expected.get(person)?.add(`booking_cancelled ${ids[0]}`);
      }
    };
    for (let kill = 0; kill < 3; kill += 1) {
      const under = round();
      await sleep(40 * kill);
      const gone = new Promise((resolve) => system().effects.child.once("exit", resolve));
      system().effects.kill("SIGKILL");
      await gone;
      await under;
      await system().restartEffects();
    }
    for (const person of people) {
      const told = await arrivals(person, expected.get(person)?.size ?? 0);
      const names = told.map(({ type, booking_id }) => `${type} ${booking_id}`);
      expect(names).to.have.members([...(expected.get(person) ?? [])]);
    }
    const owed = async () => (await system().pool.query("select from outbox")).rowCount;
    while ((await owed()) !== 0) await sleep(50);
    // What the killed processes had claimed is taken over when their claims have ended.
    const due = async () =>
      (await system().pool.query("select from notification_delivery where due_at is not null")).rowCount;
    while ((await due()) !== 0) await sleep(100);
    const { rows } = await system().pool.query(
      `select from notification_attempt a join notification n on n.id = a.notification_id
        where a.channel = 'email' and a.result = 'logged' and n.user_id = any($1)
        group by n.id having count(*) > 1`,
      [people.map(({ userId }) => userId)],
    );
    expect(rows).to.deep.equal([]);
  });
});
