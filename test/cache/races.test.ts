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
  it("never show what an outcome that was told before the request has changed, and never go back", async () => {
    const pauses = fc.array(rounds, { minLength: STEPS, maxLength: STEPS });
    const property = fc.asyncProperty(
      pauses,
      pauses,
      pauses,
      pauses,
      async (writing, telling, slowness, pace) => {
        const under = new CacheUnderTest();
        let [committed, told, reads] = [0, 0, 0];
        const tellings: Promise<void>[] = [];
        const read = async () => {
          const seen = committed;
          await wait(slowness[reads++ % STEPS] as number);
          return pageOf(String(seen));
        };
        const writer = async () => {
          for (const [step, pause] of writing.entries()) {
            committed += 1;
            const change = committed;
            await wait(pause);
            const at = under.clock.heard(["t"]);
            under.cache.renew(["k"]);
            // The next may be heard before this one is told.
            tellings.push(
              wait(telling[step] as number).then(() => {
                under.clock.told(["t"], at);
                told = Math.max(told, change);
              }),
            );
          }
          await Promise.all(tellings);
        };
        const reader = async (first: number) => {
          let last = 0;
          for (let step = 0; step < STEPS; step += 1) {
            const atLeast = Math.max(told, last);
            last = Number(await under.text(read));
            expect(last).to.be.at.least(atLeast);
            await wait(pace[(first + step) % STEPS] as number);
          }
        };
        await Promise.all([writer(), ...Array.from({ length: READERS }, (_, at) => reader(at * 5))]);
        expect(await under.text(read)).to.equal(String(committed));
      },
    );
    await fc.assert(property, { numRuns: 60 });
  });
});
