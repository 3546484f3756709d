import { expect } from "chai";
import { COMMANDS } from "../../src/operator/commands.ts";
import { EXIT, operatorOn } from "./operator.ts";

/** Whatever is wrong is said before anything is opened. */
const evently = operatorOn("postgres://nobody@127.0.0.1:1/none");

describe("evently's command line", () => {
  it("has help for all commands together and for each", async () => {
    const all = await evently(["--help"]);
    expect(all.code).to.equal(EXIT.done);
    expect(await evently([])).to.deep.equal(all);
    for (const { name, options, words } of COMMANDS) {
      expect(all.out).to.contain(`  ${[name, ...words].join(" ")} `);
      const help = await evently([...name.split(" "), "--help"]);
      expect(help.code, name).to.equal(EXIT.done);
      expect(help.out).to.contain(`usage: evently ${name}`);
      for (const option of [...Object.keys(options), "json", "help"])
        expect(help.out).to.contain(`  --${option}`);
    }
  });

  const WRONG: readonly [string, string][] = [
    ["mailbox --limt 3", "accepted: evently mailbox [EVENT], with --limit N, --seconds S, --json, --help"],
    ["mailbox --limit", "--limit"],
    ["mailbox --limit none", '--limit takes a whole number from 1 to 10000, not "none"'],
    ["mailbox --seconds 3600", "--seconds takes a whole number from 0 to 60"],
    ["mailbox a b", "mailbox takes [EVENT]"],
    ["pause", "pause takes EVENT"],
    ["drain", "drain takes WORKER"],
    ["awake now", "awake takes nothing but options"],
    ["dead-letters", "dead-letters takes list, show, retry, drop"],
    ["dead-letters destroy", "dead-letters takes list, show, retry, drop, not destroy"],
    ["dead-letters drop x", "--why TEXT is needed"],
    ["create-admin --password secret", "Unknown option '--password'"],
    ["restart", "restart is no command; there are awake, "],
    ["constructor", "constructor is no command"],
  ];
  for (const [line, said] of WRONG) {
    it(`says of "${line}" what is accepted, and does nothing`, async () => {
      const { code, out, err } = await evently(line.split(" "));
      expect(code).to.equal(EXIT.unusable);
      expect(out).to.equal("");
      expect(err).to.contain(said);
    });
  }
});
