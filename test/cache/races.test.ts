import { setImmediate as nextRound } from "node:timers/promises";
import { expect } from "chai";
import fc from "fast-check";
import { CacheUnderTest, pageOf } from "./page.ts";

const READERS = 6;
const STEPS = 30;

/** So many rounds of the event loop that something takes. */
const rounds = fc.integer({ min: 0, max: 4 });

async function wait(count: number): Promise<void> {
  for (let round = 0; round < count; round += 1) await nextRound();
}

describe("reads racing outcomes", () => {
  it("never show what an outcome that was heard before the request has changed, and never go back", async () => {
    const pauses = fc.array(rounds, { minLength: STEPS, maxLength: STEPS });
    const property = fc.asyncProperty(pauses, pauses, pauses, async (writing, slowness, pace) => {
      const under = new CacheUnderTest();
      let [committed, heard, reads] = [0, 0, 0];
      const read = async () => {
        const seen = committed;
        await wait(slowness[reads++ % STEPS] as number);
        return pageOf(String(seen));
      };
      const writer = async () => {
        for (const pause of writing) {
          committed += 1;
          const told = committed;
          await wait(pause);
          heard = told;
          under.clock.invalidate(["t"]);
          under.cache.renew(["k"]);
        }
      };
      const reader = async (first: number) => {
        let last = 0;
        for (let step = 0; step < STEPS; step += 1) {
          const atLeast = Math.max(heard, last);
          last = Number(await under.text(read));
          expect(last).to.be.at.least(atLeast);
          await wait(pace[(first + step) % STEPS] as number);
        }
      };
      await Promise.all([writer(), ...Array.from({ length: READERS }, (_, at) => reader(at * 5))]);
      expect(await under.text(read)).to.equal(String(committed));
    });
    await fc.assert(property, { numRuns: 60 });
  });
});
