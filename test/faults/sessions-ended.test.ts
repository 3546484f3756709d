import { expect } from "chai";
import { History } from "../support/history.ts";
import { until } from "./sabotage.ts";
import { note, Stage } from "./stage.ts";

const PER_SECOND = 5;
const LASTING_MS = 4_000;
const SEATS = 4_000;
const IN_FLIGHT = 60;

describe("database sessions that end one by one", function () {
  this.timeout(30_000);
  let stage: Stage;

  before(async () => {
    stage = await Stage.open({ apis: 2, workers: 2 });
  });
  after(() => stage.close());

  /** Ends any one session of the product. @returns its name. */
  async function endOne(): Promise<string | null> {
    const { rows } = await stage.db.query<{ name: string }>(
      `select application_name as name, pg_terminate_backend(pid) from pg_stat_activity
        where application_name like 'evently-%' and datname = current_database() order by random() limit 1`,
    );
    return rows[0]?.name ?? null;
  }

  it("five a second cost only the work that was under way, which is done when asked for again", async () => {
    const crowd = await stage.crowd(SEATS, { quantity: () => 1 });
    crowd.enter(IN_FLIGHT);
    const ended = new Map<string, number>();
    const began = History.now();
    for (let count = 0; count < (PER_SECOND * LASTING_MS) / 1_000; count++) {
      await until("it is time", () => History.now() - began >= (count * 1_000) / PER_SECOND);
      const name = await until("there is a session to end", endOne);
      ended.set(name, (ended.get(name) ?? 0) + 1);
    }
    await crowd.soldOut();
    const unavailable = crowd.history.answers(503).length;
    note(`ended ${[...ended].map(([name, count]) => `${count} × ${name}`).join(", ")}; ${unavailable} × 503`);
    expect((await stage.audit(crowd)).sold).to.equal(SEATS);
  });
});
