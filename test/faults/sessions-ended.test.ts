import { expect } from "chai";
import { History } from "../support/history.ts";
import { until } from "../support/until.ts";
import { note, Stage } from "./stage.ts";

const EVERY_MS = 200;
const LASTING_MS = 4_000;
const SEATS = 1_000;
const IN_FLIGHT = 60;

interface Ended {
  readonly name: string;
  readonly wasBusy: boolean;
}

describe("database sessions that end one by one", () => {
  let stage: Stage;

  before(async () => {
    stage = await Stage.open({ apis: 2, workers: 2 });
  });
  after(() => stage.close());

  /**
   * Ends one session of the processes that sell, every other time one that is in a transaction, where there is any. The
   * audit is the test's own and no fault is aimed at it.
   */
  async function endOne(preferBusy: boolean): Promise<Ended | undefined> {
    const { rows } = await stage.db.query<Ended>(
      `select application_name as name, state <> 'idle' as "wasBusy", pg_terminate_backend(pid) from pg_stat_activity
        where application_name like 'evently-%' and application_name <> 'evently-verify' and datname = current_database()
        order by case when $1 then state = 'idle' end, random() limit 1`,
      [preferBusy],
    );
    return rows[0];
  }

  /** Ends sessions for as long as the test lasts. */
  async function endSessions(): Promise<Ended[]> {
    const ended: Ended[] = [];
    const began = History.now();
    for (let count = 0; count * EVERY_MS < LASTING_MS; count++) {
      await until("it is time", () => History.now() - began >= count * EVERY_MS);
      ended.push(await until("there is a session to end", () => endOne(count % 2 === 0)));
    }
    return ended;
  }

  it("five a second cost only the work that was under way, which is done when asked for again", async () => {
    let going = true;
    const ending = endSessions().finally(() => {
      going = false;
    });
    let [sales, unavailable] = [0, 0];
    while (going) {
      // Making an event meets the fault too.
      const crowd = await until("there is an event", () => stage.crowd(SEATS).catch(() => null));
      crowd.enter(IN_FLIGHT);
      await crowd.soldOut();
      expect((await stage.audit(crowd)).sold).to.equal(SEATS);
      sales += 1;
      unavailable += crowd.history.answers(503).length;
    }
    const ended = await ending;
    const busy = ended.filter(({ wasBusy }) => wasBusy);
    note(`${sales} sales; ended ${ended.length} sessions, ${busy.length} in the middle of their work`);
    note(
      `of ${[...new Set(ended.map(({ name }) => name))].join(", ")}; ${unavailable} requests answered 503`,
    );
    expect(busy).to.have.length.above(2);
  });
});
