import { expect } from "chai";
import { TokenKeyRing, tokenKeyOf } from "../../src/identity/token-keys.ts";

const secretOf = (name: string) => name.padEnd(32, ".");

describe("a ring of token keys", () => {
  let nowMs: number;
  let secrets: string[];
  let looks: number;
  /** Whoever looks waits for it. */
  let gate: Promise<void> | null;
  let ring: TokenKeyRing;
  beforeEach(async () => {
    [nowMs, secrets, looks, gate] = [0, [secretOf("old")], 0, null];
    ring = new TokenKeyRing(
      async () => {
        looks += 1;
        await gate;
        return secrets;
      },
      () => nowMs,
    );
    await ring.start();
  });
  afterEach(() => ring.close());

  it("looks for a key that it does not know, once a second at most", async () => {
    secrets = [secretOf("old"), secretOf("new")];
    const { id } = await tokenKeyOf(secretOf("new"));
    nowMs = 999;
    expect(await ring.find(id)).to.equal(null);
    nowMs = 1_000;
    expect((await ring.find(id))?.id).to.equal(id);
    expect(looks).to.equal(2);
    expect(await ring.find("unknown")).to.equal(null);
    expect(looks).to.equal(2);
  });

  it("has those who ask while it looks wait for what it finds", async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    gate = promise;
    nowMs = 15_000;
    const looking = ring.look();
    secrets = [secretOf("old"), secretOf("new")];
    const { id } = await tokenKeyOf(secretOf("new"));
    const found = ring.find(id);
    resolve();
    await looking;
    expect((await found)?.id).to.equal(id);
    expect(looks).to.equal(2);
  });
});
