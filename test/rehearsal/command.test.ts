import { expect } from "chai";
import { type RehearseIo, rehearseCommand } from "../../src/rehearsal/command.ts";
import type { RehearsalSource } from "../../src/rehearsal/ports.ts";
import { NOW, paidEventWith } from "../domain/scenario.ts";
import { randomSale } from "./past-sale.ts";

const ID = "01990000-0000-7000-8000-000000000001";

describe("npm run rehearse", () => {
  const past = randomSale(paidEventWith({ capacity: 20 }), 5, 200);
  let printed: string[];
  let complained: string[];
  let written: Map<string, string>;

  beforeEach(() => {
    printed = [];
    complained = [];
    written = new Map();
  });

  const source: RehearsalSource = {
    ledger: async (_, after, countMax) => past.ledger.slice(after, after + countMax),
    rates: async (id) => (id === ID ? { here: 4_000, installation: 3_000 } : null),
    turnedAway: async () => 7,
    now: async () => NOW,
  };

  function run(arguments_: string, file = ""): Promise<number> {
    const io: RehearseIo = {
      open: async () => ({ source, close: async () => undefined }),
      readFile: async () => file,
      writeFile: async (path, content) => void written.set(path, content),
      reasonOf: String,
      print: (text) => printed.push(text),
      complain: (text) => complained.push(text),
    };
    return rehearseCommand(
      arguments_.split(" ").filter((word) => word !== ""),
      io,
    );
  }

  it("tells what a repetition came to, and that it is one", async () => {
    expect(await run(`--event ${ID} --times 1`)).to.equal(0);
    expect(printed.join("")).to.match(/The repetition came to what the ledger says/);
    expect(printed.join("")).to.match(/7 requests were turned away before they stood in line/);
  });

  it("prints for machines and writes result, picture and words", async () => {
    expect(await run(`--event ${ID} --times 3 --json --out here --seed 9`)).to.equal(0);
    const result = JSON.parse(printed.join(""));
    expect(result.demand).to.include({ times: 3, seed: 9, source: "recorded" });
    expect(result.line).to.deep.equal({ decidedPerSecond: 4_000, source: "measured here" });
    expect([...written.keys()]).to.deep.equal([
      "here/rehearsal.json",
      "here/rehearsal.svg",
      "here/rehearsal.txt",
    ]);
    expect(written.get("here/rehearsal.svg")).to.match(/^<svg /);
  });

  it("takes a file of demand", async () => {
    const file = 'seconds,quantity,waitlist,pays_after_s\n0,2,no,5\n"1.5",1,vip,never\n';
    expect(await run(`--event ${ID} --demand x.csv --pricing fixed --json`, file)).to.equal(0);
    expect(JSON.parse(printed.join("")).rules[0].holds).to.include({ made: 2, paid: 1, expired: 1 });
  });

  it("says in one line what is wrong, and exits with 2", async () => {
    const wrong: readonly (readonly [string, RegExp, string?])[] = [
      ["", /--event takes an event's id/],
      ["--event nonsense --times 1", /--event takes an event's id \(a UUID\), not nonsense/],
      [`--event ${ID}`, /either --demand FILE or --times N/],
      [`--event ${ID} --times 1 --demand x`, /either --demand FILE or --times N/],
      [`--event ${ID} --times none`, /--times takes a number from 0.001 to 1000, not none/],
      [
        `--event ${ID} --times 1 --pricing cheap`,
        /--pricing takes as_it_was or fixed or recommended, not cheap/,
      ],
      [`--event ${ID} --times 1 --capacity General=many`, /--capacity takes a number, or TIER=number/],
      [`--event ${ID} --times 1 --price Pit=5`, /there is no tier Pit/],
      [`--event ${ID} --times 1 --frum now`, /Unknown option '--frum'/],
      [`--event ${ID.replace("1", "2")} --times 1`, /there is no event/],
      [`--event ${ID} --times 1 --from now`, /from now on, demand has to be stated/],
      [`--event ${ID} --demand x`, /the file of demand is empty/, ""],
      [`--event ${ID} --demand x`, /line 1, column 2: there is no column "price"/, "seconds,price\n1,2"],
      [`--event ${ID} --demand x`, /line 1: either a column at or a column seconds/, "quantity\n1"],
      [
        `--event ${ID} --demand x`,
        /line 3, column quantity: expected a whole number from 1 to 1000, not "0"/,
        "seconds,quantity\n1,1\n2,0",
      ],
      [`--event ${ID} --demand x`, /line 2, column at: expected a time/, "at\n2026-05-01"],
      [`--event ${ID} --demand x`, /line 2: there are 2 cells and 1 columns/, "seconds\n1,2"],
      [`--event ${ID} --demand x`, /line 2, column 1: the quote is never closed/, 'seconds\n"1'],
      [`--event ${ID} --demand x`, /line 2, column tier: there is no tier Pit/, "seconds,tier\n1,Pit"],
    ];
    for (const [given, words, file] of wrong) {
      complained = [];
      expect(await run(given, file), given).to.equal(2);
      expect(complained.join(""), given)
        .to.match(words)
        .and.match(/^nothing was rehearsed: [^\n]+\n$/);
    }
    expect(printed).to.deep.equal([]);
  });

  it("explains itself", async () => {
    expect(await run("--help")).to.equal(0);
    expect(printed.join("")).to.match(/--event ID/);
  });
});
