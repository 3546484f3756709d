import { expect } from "chai";
import { SeededDice } from "../../bench/lib/random.ts";
import { zipfDraws } from "../../bench/lib/zipf.ts";

describe("draws by Zipf's law", () => {
  it("give the first place 1/H, the second half of that, and every place some", () => {
    const [places, count] = [1_000, 200_000];
    const drawn = zipfDraws(new SeededDice(7), { places, exponent: 1, count });
    const harmonic = Array.from({ length: places }, (_, at) => 1 / (at + 1)).reduce((a, b) => a + b);
    const share = (place: number) => drawn.filter((one) => one === place).length / count;
    expect(share(0)).to.be.closeTo(1 / harmonic, 0.005);
    expect(share(1)).to.be.closeTo(1 / (2 * harmonic), 0.005);
    expect(new Set(drawn).size).to.be.above(990);
    expect(Math.max(...new Set(drawn))).to.be.at.most(places - 1);
  });
});
