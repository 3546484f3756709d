import { randomUUIDv7 } from "node:crypto";
import { expect } from "chai";
import { composeRehearsals, roomFor } from "../../src/api/rehearsals.ts";
import type { RehearsalJob } from "../../src/rehearsal/job.ts";
import { createPool } from "../../src/store/database.ts";
import { silent } from "../support/postgres.ts";
import { until } from "../support/until.ts";
import { type Person, sharedSystem } from "./shared-system.ts";

const NOBODYS = "01990000-0000-7000-8000-000000000000";

describe("rehearsals over HTTP", () => {
  const system = sharedSystem();
  // biome-ignore lint/suspicious/noExplicitAny: the shape is what the tests are about
  let event: any;

  const path = (more = "") => `/events/${event.id}/rehearsals${more}`;
  const start = (body: object, { token }: Pick<Person, "token"> = system().admin) =>
    system().client.post(path(), body, { token });
  const read = (more: string, { token }: Pick<Person, "token"> = system().admin) =>
    system().client.get(path(more), { token });

  async function done(id: string) {
    return await until(
      "the rehearsal is over",
      async () => {
        const { body } = await read(`/${id}`);
        return body.data.status === "running" ? null : body.data;
      },
      20_000,
    );
  }

  before(async () => {
    event = await system().event({ total_capacity: 3 });
    for (const { token } of await system().people(5)) {
      await system().client.post("/bookings", { event_id: event.id, quantity: 1 }, { token });
    }
  });

  it("makes one of the recorded demand, with its picture, and keeps it", async () => {
    const started = await start({ times: 1 });
    expect(started.status, JSON.stringify(started.body)).to.equal(202);
    const { id } = started.body.data;
    expect(started.headers.get("location")).to.equal(`/api/v1${path(`/${id}`)}`);
    const { status, result } = await done(id);
    expect(status).to.equal("done");
    expect(result.check).to.deep.equal({ agrees: true, differences: [] });
    expect(result.rules[0].tiers[0]).to.include({ sold: 3, free: 0 });
    const chart = await fetch(`${system().api.url}/api/v1${path(`/${id}`)}`, {
      headers: { authorization: `Bearer ${system().admin.token}`, accept: "image/svg+xml" },
    });
    expect(chart.headers.get("content-type")).to.match(/^image\/svg\+xml/);
    expect(await chart.text()).to.match(/^<svg [\s\S]*<\/svg>\n$/);
    expect((await read(`/${id}/chart.svg`)).status).to.equal(200);
    const list = await read("");
    expect(list.body.data[0]).to.include({ id, status: "done", result: null });
  });

  it("sells nothing by it", async () => {
    const books =
      "select count(*) as bookings, (select max(seq) from ledger where event_id = $1) as seq from booking where event_id = $1";
    const before = (await system().pool.query(books, [event.id])).rows;
    const demand = Array.from({ length: 20 }, (_, at) => ({ seconds: at / 10, quantity: 1 }));
    const { body } = await start({ demand, tiers: [{ tier: "General", capacity: 10 }] });
    const { status, result, failure } = await done(body.data.id);
    expect(failure).to.equal(null);
    expect(status).to.equal("done");
    expect(result.rules[0].tiers[0]).to.include({ capacity: 10, sold: 10 });
    expect((await system().pool.query(books, [event.id])).rows).to.deep.equal(before);
  });

  it("makes one at a time for a person, and says which runs", async () => {
    const big = { times: 1_000, pricing: ["fixed"] };
    const replies = await Promise.all([start(big), start(big), start(big)]);
    const accepted = replies.filter(({ status }) => status === 202);
    expect(accepted).to.have.lengthOf(1);
    const id = accepted[0]?.body.data.id;
    for (const { status, body } of replies) {
      if (status === 202) continue;
      expect([409, 503]).to.include(status);
      if (status !== 409) continue;
      expect(body.code).to.equal("REHEARSAL_RUNNING");
      expect(body.details.rehearsal_id).to.equal(id);
    }
    await done(id);
  });

  it("tells of one whose process is gone that it failed, and why", async () => {
    await system().pool.query(
      "insert into rehearsal (event_id, id, asked_by, asked, beat_at) values ($1, $2, $3, '{}', now() - interval '1 minute')",
      [event.id, NOBODYS, system().admin.userId],
    );
    const { body } = await read(`/${NOBODYS}`);
    expect(body.data).to.include({ status: "failed", result: null });
    expect(body.data.failure).to.match(/process that ran it ended/);
    const chart = await read(`/${NOBODYS}/chart.svg`);
    expect([chart.status, chart.body.code]).to.deep.equal([409, "REHEARSAL_NOT_DONE"]);
  });

  it("fails in words where it needs more memory than it may have, alone, and makes room for the next", async () => {
    const { url } = system().database;
    const pool = createPool({ url, name: "test-rehearsals", max: 4, log: silent });
    const room = { runningMax: 1, heapMbMax: 40 };
    const { rehearsals, close } = composeRehearsals({ url, pool, log: silent, room });
    const begin = async (rows: number) => {
      const key = { id: randomUUIDv7(), eventId: event.id as string };
      const job = jobOf(event.id, rows);
      const ways = await rehearsals.start({ ...key, askedBy: system().admin.userId, asked: {}, job });
      return { id: key.id, type: ways.type };
    };
    try {
      const [big, other] = await Promise.all([begin(200_000), begin(1)]);
      expect([big.type, other.type]).to.deep.equal(["started", "busy"]);
      const { status, failure } = await done(big.id);
      expect(status).to.equal("failed");
      expect(failure).to.equal("it needed more than 40 MB of memory; ask for less, or use npm run rehearse");
      const small = await until("room for the next", async () => {
        const next = await begin(1);
        return next.type === "started" && next;
      });
      expect((await done(small.id)).status).to.equal("done");
    } finally {
      await close();
      await pool.end();
    }
  });

  it("has as much room as its container leaves beside the API", () => {
    const [gb, mb] = [2 ** 30, 2 ** 20];
    expect(roomFor(gb)).to.deep.equal({ runningMax: 1, heapMbMax: 256 });
    expect(roomFor(4 * gb - mb)).to.deep.equal({ runningMax: 1, heapMbMax: 1_023 });
    // As libuv has it where nothing bounds it, or nothing is known; cgroups of version 1 say a number beyond all memory.
    for (const bytes of [4 * gb, 64 * gb, 0, 2 ** 63, 2 ** 64])
      expect(roomFor(bytes), String(bytes)).to.deep.equal({ runningMax: 2, heapMbMax: 1_024 });
  });

  it("fails in words where the event does not have what is asked for", async () => {
    const { body } = await start({ demand: [{ seconds: 1, tier: "Balcony" }] });
    const { status, failure } = await done(body.data.id);
    expect(status).to.equal("failed");
    expect(failure).to.equal("demand.0.tier: there is no tier Balcony; there are General");
  });

  it("is for the event's organizer and admins", async () => {
    const [organizer, person] = [await system().organizer(), await system().person()];
    expect((await start({ times: 1 }, organizer)).status).to.equal(403);
    expect((await start({ times: 1 }, person)).status).to.equal(403);
    expect((await system().client.get(path())).status).to.equal(401);
    expect((await read(`/${NOBODYS}`, organizer)).status).to.equal(403);
    // An id of another event's rehearsal leads nowhere.
    const other = await system().event();
    const { status } = await system().client.get(`/events/${other.id}/rehearsals/${NOBODYS}`, {
      token: system().admin.token,
    });
    expect(status).to.equal(404);
  });

  it("names what is wrong with what is asked for", async () => {
    const wrong: readonly (readonly [object, string])[] = [
      [{}, "times"],
      [{ times: 0 }, "times"],
      [{ times: 2, demand: [{ seconds: 1 }] }, "times"],
      [{ demand: [] }, "demand"],
      [{ demand: [{ quantity: 1 }] }, "demand.0.seconds"],
      [{ demand: [{ seconds: 1, quantity: 0 }] }, "demand.0.quantity"],
      [{ times: 1, pricing: ["cheap"] }, "pricing.0"],
      [{ times: 1, seed: -1 }, "seed"],
      [{ times: 1, url: "http://127.0.0.1" }, "url"],
    ];
    for (const [body, field] of wrong) {
      const reply = await start(body);
      expect(reply.status, JSON.stringify(body)).to.equal(400);
      expect(reply.body.details, JSON.stringify(body)).to.have.property(field);
    }
  });
});

/** A rehearsal of so many people who come in the first second. */
function jobOf(eventId: string, rows: number): Omit<RehearsalJob, "cpuMsMax"> {
  return {
    eventId,
    wanted: {
      type: "stated",
      rows: Array.from({ length: rows }, (_, at) => ({ seconds: at / rows, quantity: 1 })),
    },
    from: "start",
    rules: ["fixed"],
    whatIf: { capacity: [], price: [] },
    decidedPerSecond: null,
    seed: 1,
    elasticity: null,
    habit: { paysShare: 1, paysAfterMs: 1_000 },
  };
}
