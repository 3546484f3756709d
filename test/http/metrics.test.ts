import { expect } from "chai";
import type { Role } from "../support/system.ts";
import { METRICS_TOKEN, sharedSystem } from "./shared-system.ts";

type Samples = ReadonlyMap<string, number>;

async function scrape({ url }: Role): Promise<Samples> {
  const reply = await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${METRICS_TOKEN}` } });
  const lines = (await reply.text()).split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return new Map(lines.map((line) => [line.slice(0, line.lastIndexOf(" ")), Number(line.split(" ").at(-1))]));
}

describe("metrics", () => {
  const system = sharedSystem();

  /** What `work` added to the samples of a process. */
  async function added(role: Role, work: () => Promise<unknown>): Promise<(name: string) => number> {
    const before = await scrape(role);
    await work();
    const after = await scrape(role);
    return (name) => (after.get(name) ?? 0) - (before.get(name) ?? 0);
  }

  it("count what was really accepted and decided", async () => {
    const { client, api, worker, admin } = system();
    const [one, other] = await system().people(2);
    const event = await system().event({ total_capacity: 5, max_tickets_per_user: 4 });
    const book = (person: typeof one, quantity: number, key?: string) =>
      client.book(
        person?.token ?? "",
        event.id,
        quantity,
        key ? { headers: { "idempotency-key": key } } : {},
      );
    let inApi: (name: string) => number = () => 0;
    const inWorker = await added(worker, async () => {
      inApi = await added(api, async () => {
        const first = await book(one, 2, "key"); // confirmed
        await book(one, 2, "key"); // replayed
        await book(one, 1, "key"); // key reused
        await book(one, 3); // rejected in its turn: too many for one person
        await book(other, 3); // confirmed
        await book(other, 1); // refused at the door: sold out
        await client.request("DELETE", `/bookings/${first.body.data.id}`, { token: one?.token ?? "" }); // cancelled
        await client.request("PUT", `/events/${event.id}`, { token: admin.token, body: { price: 30 } }); // changed
        await client.request("DELETE", `/bookings/${first.body.data.id}`, { token: one?.token ?? "" }); // refused
      });
    });
    const accepted = Object.fromEntries(
      ["accepted", "replayed", "keyReused", "refused", "full", "unknownEvent"].map((result) => [
        result,
        inApi(`evently_accepted_total{result="${result}"}`),
      ]),
    );
    expect(accepted).to.deep.equal({
      accepted: 6,
      replayed: 1,
      keyReused: 1,
      refused: 1,
      full: 0,
      unknownEvent: 0,
    });
    const decided = Object.fromEntries(
      ["BookingConfirmed", "BookingRejected", "BookingCancelled", "EventChanged", "CommandRefused"].map(
        (outcome) => [outcome, inWorker(`evently_decided_total{outcome="${outcome}"}`)],
      ),
    );
    expect(decided).to.deep.equal({
      BookingConfirmed: 2,
      BookingRejected: 1,
      BookingCancelled: 1,
      EventChanged: 1,
      CommandRefused: 1,
    });
    expect(inWorker("evently_accept_to_decision_seconds_count")).to.equal(6);
    expect(inWorker("evently_accept_to_decision_seconds_sum")).to.be.within(0.000_01, 6);
    expect(inWorker("evently_turn_batch_size_sum")).to.equal(6);
    expect(inWorker("evently_turn_faults_total")).to.equal(0);
    expect(inApi("evently_accept_batch_size_sum")).to.equal(9);
    const post = (status: number) =>
      inApi(`evently_http_requests_total{method="POST",route="/api/v1/bookings",status="${status}"}`);
    expect([post(201), post(409), post(422)]).to.deep.equal([3, 2, 1]);
  });

  it("name every route by its pattern and hold no id, name or address in a label", async () => {
    const { client, api, worker, effects } = system();
    const { token } = await system().person();
    const event = await system().event();
    const { data } = (await client.book(token, event.id, 1)).body;
    await client.get(`/bookings/${data.id}`, { token });
    await client.get(`/bookings/reference/${data.booking_reference}`, { token });
    await client.get(`/nowhere/${data.id}`);
    await client.request("PROPFIND", "/events");
    await client.get("/bookings", { headers: { authorization: "Bearer nonsense" } });
    for (const role of [api, worker, effects]) {
      const names = [...(await scrape(role)).keys()];
      expect(names).to.have.length.above(20);
      for (const name of names) {
        expect(name).not.to.match(/[0-9a-f]{8}-[0-9a-f]{4}|EVT\d{8}|@|buyer/i);
      }
      const routes = names.flatMap((name) => /route="([^"]*)"/.exec(name)?.[1] ?? []);
      for (const route of routes) expect(route).to.match(/^(none|\/[\w/:.-]*)$/);
    }
    const seen = await scrape(api);
    const shown = 'evently_http_requests_total{method="GET",route="/api/v1/bookings/:id",status="200"}';
    expect(seen.get(shown)).to.be.at.least(1);
  });

  it("tell how much waits and for how long", async () => {
    const { client } = system();
    const { token } = await system().person();
    const event = await system().event();
    const book = () => client.book(token, event.id, 1, { headers: { prefer: "respond-async" } });
    await system().withoutWorker(() => Promise.all([book(), book(), book()]));
    const { worker, effects } = system();
    const confirmed = 'evently_decided_total{outcome="BookingConfirmed"}';
    let samples = await scrape(worker);
    while (samples.get(confirmed) !== 3) samples = await scrape(worker);
    expect(samples.get("evently_mailbox_depth")).to.equal(0);
    expect(samples.get("evently_mailbox_head_age_seconds")).to.equal(0);
    expect(samples.get('evently_pool_connections{pool="worker",state="total"}')).to.be.at.least(1);
    let told = 0;
    const delivered = 'evently_outbox_deliveries_total{sink="notification",result="ok"}';
    while (told === 0) told = (await scrape(effects)).get(delivered) ?? 0;
  });
});
