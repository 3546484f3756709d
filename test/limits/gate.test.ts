import { expect } from "chai";
import { Gate } from "../../src/http/limits/gate.ts";

const POINTS = 3;

/** A gate with a count of failures, and attempts that end when the test says so. */
function world() {
  let used = 0;
  let started = 0;
  const gate = new Gate(async () => ({ used, points: POINTS }));
  const attempt = async (isRight: Promise<boolean>): Promise<"right" | "wrong" | "refused"> => {
    if ((await gate.enter("key")) !== null) return "refused";
    started += 1;
    const right = await isRight;
    if (!right) used += 1;
    gate.leave("key");
    return right ? "right" : "wrong";
  };
  return { attempt, started: () => started };
}

const later = () => new Promise((resolve) => setImmediate(resolve));

describe("a gate before guesses", () => {
  it("lets as many in as may still fail, and refuses the rest when they have", async () => {
    const { attempt, started } = world();
    const guesses = Array.from({ length: 100 }, () => attempt(later().then(() => false)));
    const outcomes = await Promise.all(guesses);
    expect(outcomes.filter((outcome) => outcome === "wrong")).to.have.length(POINTS);
    expect(outcomes.filter((outcome) => outcome === "refused")).to.have.length(97);
    expect(started()).to.equal(POINTS);
    expect(await attempt(Promise.resolve(true)), "also the right one").to.equal("refused");
  });

  it("refuses nobody where all are right, however many come at once", async () => {
    const { attempt } = world();
    const guesses = Array.from({ length: 100 }, () => attempt(later().then(() => true)));
    expect(new Set(await Promise.all(guesses))).to.deep.equal(new Set(["right"]));
  });

  it("lets the right ones in between wrong ones, up to the last failure", async () => {
    const { attempt } = world();
    const right = [true, false, true, true, false, true, true];
    const outcomes = await Promise.all(right.map((isRight) => attempt(later().then(() => isRight))));
    expect(outcomes).to.deep.equal(right.map((isRight) => (isRight ? "right" : "wrong")));
  });
});
