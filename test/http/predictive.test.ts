import { expect } from "chai";
import { EVERYBODY, FORECAST_DAYS } from "../../src/forecast/ports.ts";
import { until } from "../support/until.ts";
import { sharedSystem } from "./shared-system.ts";

const PATH = "/analytics/predictive";
const UNKNOWN = "01980000-0000-7000-8000-0000000000ff";

describe("predictive analytics", () => {
  const system = sharedSystem();
  const get = (query: string, token: string | undefined) =>
    system().client.get(PATH + query, token === undefined ? {} : { token });

  it("are for organizers and admins", async () => {
    const person = await system().person();
    expect((await get("", undefined)).status).to.equal(401);
    expect((await get("", person.token)).status).to.equal(403);
    expect((await get("", system().admin.token)).status).to.equal(200);
    const { status, body } = await get("", (await system().organizer()).token);
    expect(status).to.equal(200);
    expect(body.data.forecast).to.include({ days: null, weeks: null });
    expect(body.data.forecast.reason).to.be.a("string");
  });

  it("are null, with the reason, where history is too short", async () => {
    const made =
      "select 1 from forecast_made where scope_id = $1 and made_on = (now() at time zone 'utc')::date";
    await until(
      "the day's forecasts are made",
      async () => (await system().pool.query(made, [EVERYBODY])).rowCount === 1,
      15_000,
    );
    const { body } = await get("", system().admin.token);
    expect(body.data).to.include({ organizer_id: null, horizon: 7, forecast_accuracy: null });
    expect(body.data.forecast.reason).to.match(/days since the first booking; a forecast needs 68$/);
    expect(body.data.forecast.made_on).to.match(/^\d{4}-\d\d-\d\d$/);
    expect(body.data.accuracy).to.include({ by_day: null, by_week: null });
    expect(body.data.accuracy.reason).to.match(/forecasts could be compared with what came; 14 are needed/);
    expect(body.data.event_accuracy.reason).to.match(/8 are needed/);
  });

  it("forecast an event when it is asked about, for its organizer and no other", async () => {
    const [organizer, other] = [await system().organizer(), await system().organizer()];
    const event = await system().client.createEvent(organizer.token, { name: "To be forecast" });
    const asked = `?event_id=${event.id}`;
    const found = await until("the event is added up", async () => {
      const { status, body } = await get(asked, organizer.token);
      return status === 200 && body.data.events[0];
    });
    expect(found).to.include({
      event_id: event.id,
      name: "To be forecast",
      comparable_events: 0,
      demand_to_come: null,
      expected_sales: null,
      reason: "0 comparable past events; a forecast needs 8",
    });
    expect((await get(asked, system().admin.token)).status).to.equal(200);
    const foreign = await get(asked, other.token);
    const missing = await get(`?event_id=${UNKNOWN}`, other.token);
    expect([foreign.status, missing.status]).to.deep.equal([404, 404]);
    expect(foreign.body.code).to.equal("EVENT_NOT_FOUND").and.equal(missing.body.code);
    expect(foreign.body.error).to.equal(missing.body.error);
  });

  it("show an admin one organizer's, and an organizer nobody else's", async () => {
    const [organizer, other] = [await system().organizer(), await system().organizer()];
    const outlook = { days: ranges(14), weeks: ranges(2) };
    await system().pool.query(
      "insert into forecast_made (scope_id, made_on, outlook) values ($1, (now() at time zone 'utc')::date + 1, $2)",
      [organizer.userId, JSON.stringify(outlook)],
    );
    const own = await get("?horizon=9", organizer.token);
    expect(own.body.data.forecast.days).to.have.length(9);
    expect(own.body.data.forecast.days[0]).to.include({
      expected: 10,
      low_80: 8,
      high_80: 12,
      low_95: 6,
      high_95: 14,
    });
    expect(own.body.data.forecast.weeks).to.have.length(1);
    for (const name of ["organizer", "organizer_id"]) {
      const { body } = await get(
        `?horizon=9&${name}=${organizer.userId.toUpperCase()}`,
        system().admin.token,
      );
      expect(body.data).to.deep.equal(own.body.data);
    }
    const { status, body } = await get(`?organizer=${organizer.userId}`, other.token);
    expect({ status, code: body.code }).to.deep.equal({ status: 403, code: "AUTH_UNAUTHORIZED" });
    const unknown = await get(`?organizer=${UNKNOWN}`, other.token);
    expect(unknown.status, "also where there is none").to.equal(403);
  });

  const BAD = [
    ["horizon=0", "horizon"],
    [`horizon=${FORECAST_DAYS + 1}`, "horizon"],
    ["horizon=7.5", "horizon"],
    ["horizon=-1", "horizon"],
    ["horizon=", "horizon"],
    ["horizon=1&horizon=2", "horizon"],
    ["event_id=1", "event_id"],
    ["organizer=me", "organizer"],
    ["event_id=%27%3Bdrop%20table%20event", "event_id"],
    [`organizer=${UNKNOWN}&organizer_id=01980000-0000-7000-8000-0000000000fe`, "organizer"],
  ] as const;
  for (const [query, field] of BAD) {
    it(`refuse ?${query}, saying what is accepted`, async () => {
      const { status, body } = await get(`?${query}`, system().admin.token);
      expect(status).to.equal(400);
      expect(body.details[field])
        .to.be.a("string")
        .and.match(/must|may be given only once/);
    });
  }
});

function ranges(count: number) {
  return Array.from({ length: count }, () => ({
    point: 10,
    interval80: { lower: 8, upper: 12 },
    interval95: { lower: 6, upper: 14 },
  }));
}
