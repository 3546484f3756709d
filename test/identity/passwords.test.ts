import { expect } from "chai";
import { passwordProblem } from "../../src/identity/new-passwords.ts";
import { createPasswordHasher } from "../../src/identity/passwords.ts";
import { Fault } from "../../src/ops/fault.ts";

const hasher = createPasswordHasher({ concurrencyMax: 2, queueMax: 10 });

import { mediansOf } from "./medians.ts";

describe("password hashing", () => {
  it("keeps an argon2id PHC string with its parameters and a salt of its own", async () => {
    const [one, two] = await Promise.all([hasher.hash("plum tree 47"), hasher.hash("plum tree 47")]);
    expect(one).to.match(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
    expect(one).not.to.equal(two);
  });

  it("knows the right password from a wrong one", async () => {
    const stored = await hasher.hash("plum tree 47");
    expect(await hasher.verify("plum tree 47", stored)).to.equal(true);
    expect(await hasher.verify("plum tree 48", stored)).to.equal(false);
  });

  it("verifies what another implementation made with other parameters", async () => {
    // From the test vectors of the reference implementation (phc-winner-argon2, test.c): t=2, m=2^8, p=1.
    const stored = "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4";
    expect(await hasher.verify("password", stored)).to.equal(true);
    expect(await hasher.verify("passwore", stored)).to.equal(false);
  });

  it("takes one password for all spellings of its accents", async () => {
    const stored = await hasher.hash("cr\u00e8me br\u00fbl\u00e9e");
    expect(await hasher.verify("cre\u0300me bru\u0302le\u0301e", stored)).to.equal(true);
  });

  it("never accepts anything for an unknown user, and computes a hash all the same", async () => {
    const stored = await hasher.hash("plum tree 47");
    const verify = (of: string | null) => async () =>
      expect(await hasher.verify("wrong one", of)).to.equal(false);
    const agree = (a: number, b: number) => Math.abs(a / b - 1) < 0.25;
    const [known, unknown] = await mediansOf(verify(stored), verify(null), agree);
    expect(unknown / known).to.be.within(0.75, 1.34);
  });

  it("refuses at once when its line is full, says when to come back, and serves those in line", async () => {
    const small = createPasswordHasher({ concurrencyMax: 1, queueMax: 2 });
    const results = await Promise.allSettled(Array.from({ length: 10 }, () => small.hash("plum tree 47")));
    expect(results.filter((result) => result.status === "fulfilled")).to.have.length(3);
    const refused = results.filter((result) => result.status === "rejected").map((result) => result.reason);
    expect(refused).to.have.length(7);
    for (const reason of refused) {
      expect(reason).to.be.instanceOf(Fault);
      expect(reason.kind).to.equal("Overloaded");
      expect(reason.retryAfterMs).to.be.at.least(1_000);
    }
    expect(await small.hash("plum tree 47")).to.be.a("string");
  });
});

describe("password rules", () => {
  it("accepts 8 to 1,024 characters", () => {
    expect(passwordProblem("xK4!mm2")).to.contain("at least 8");
    expect(passwordProblem("xK4!mm2q")).to.equal(null);
    expect(passwordProblem("plum tree ".repeat(102))).to.equal(null);
    expect(passwordProblem("plum tree ".repeat(103))).to.contain("at most 1024");
  });

  for (const common of [
    "password123",
    "admin123",
    "SecurePass123!",
    "TestPass123!",
    "PASSWORD",
    "Qwerty123",
    "12345678",
  ]) {
    it(`refuses ${common}`, () => expect(passwordProblem(common)).to.contain("most common"));
  }

  it("refuses demo123, which is short, and repetitions, which nobody needs to guess", () => {
    expect(passwordProblem("demo123")).to.contain("at least 8");
    expect(passwordProblem("xyxyxyxyxyxy")).to.contain("most common");
  });

  it("refuses the e-mail address", () => {
    expect(passwordProblem("Ada@Example.com", "ada@example.com")).to.contain("e-mail");
  });
});
