import { setImmediate as nextTurn } from "node:timers/promises";
import { expect } from "chai";
import type { Principal } from "../../src/identity/principal.ts";
import { createAuthenticator } from "../../src/identity/sessions.ts";
import { createAccessTokens } from "../../src/identity/tokens.ts";

const TTL_S = 60;
const ada: Principal = {
  userId: "01900000-0000-7000-8000-000000000001",
  sessionId: "01900000-0000-7000-8000-0000000000a1",
  role: "user",
  email: "ada@example.com",
  name: "Ada",
  tier: "basic",
};

/** An authenticator over a table of sessions in memory, with a clock that is turned by hand. */
async function setting(options: { cacheEntriesMax?: number } = {}) {
  const tokens = await createAccessTokens({ secret: "a secret that is long enough for a test", ttlS: TTL_S });
  const live = new Map([[ada.sessionId, ada]]);
  const queries: (readonly string[])[] = [];
  const gates: (() => Promise<void>)[] = [];
  let nowMs = Date.now();
  const authenticator = createAuthenticator({
    tokens,
    nowMs: () => nowMs,
    ...options,
    loadPrincipals: async (ids) => {
      queries.push(ids);
      const found = new Map(ids.flatMap((id) => (live.has(id) ? [[id, live.get(id) as Principal]] : [])));
      await gates.shift()?.();
      return found;
    },
  });
  const advance = (ms: number) => {
    nowMs += ms;
  };
  return { tokens, live, queries, gates, authenticator, advance, token: await tokens.issue(ada) };
}

describe("the authenticator", () => {
  it("asks the database once for 5 seconds, and again after", async () => {
    const { authenticator, token, queries, advance } = await setting();
    expect(await authenticator.authenticate(token)).to.deep.equal(ada);
    advance(4_900);
    expect(await authenticator.authenticate(token)).to.deep.equal(ada);
    expect(queries).to.have.length(1);
    advance(200);
    await authenticator.authenticate(token);
    expect(queries).to.have.length(2);
  });

  it("gives no cached answer beyond the token's own expiry", async () => {
    const { authenticator, tokens, advance, queries } = await setting();
    const short = await (
      await createAccessTokens({ secret: "a secret that is long enough for a test", ttlS: 2 })
    ).issue(ada);
    expect(await authenticator.authenticate(short)).to.deep.equal(ada);
    advance(2_500);
    await authenticator.authenticate(short);
    expect(queries).to.have.length(2);
    expect(tokens.ttlS).to.equal(TTL_S);
  });

  it("shares one query among all who ask with one token at once", async () => {
    const { authenticator, token, queries } = await setting();
    const answers = await Promise.all(Array.from({ length: 100 }, () => authenticator.authenticate(token)));
    expect(new Set(answers)).to.have.lengthOf(1);
    expect(queries).to.deep.equal([[ada.sessionId]]);
  });

  it("looks up many new tokens in few queries", async () => {
    const { authenticator, tokens, live, queries } = await setting();
    const people = Array.from({ length: 300 }, (_, n) => ({
      ...ada,
      sessionId: `01900000-0000-7000-8000-${String(n).padStart(12, "0")}`,
    }));
    for (const person of people) live.set(person.sessionId, person);
    const issued = await Promise.all(people.map((person) => tokens.issue(person)));
    const answers = await Promise.all(issued.map((token) => authenticator.authenticate(token)));
    expect(answers).to.deep.equal(people);
    expect(queries.length).to.be.below(100);
  });

  it("forgets at once by session and by user", async () => {
    const { authenticator, token, live } = await setting();
    for (const id of [ada.sessionId, ada.userId]) {
      live.set(ada.sessionId, ada);
      authenticator.forgetAll();
      expect(await authenticator.authenticate(token)).to.deep.equal(ada);
      live.delete(ada.sessionId);
      authenticator.forget(id);
      expect(await authenticator.authenticate(token)).to.equal("TokenInvalid");
    }
  });

  it("does not answer later requests from a look-up that began before the revocation", async () => {
    const { authenticator, token, live, gates, queries } = await setting();
    const gate = Promise.withResolvers<void>();
    gates.push(() => gate.promise);
    const early = authenticator.authenticate(token);
    while (queries.length === 0) await nextTurn();
    live.delete(ada.sessionId);
    authenticator.forget(ada.sessionId);
    const late = authenticator.authenticate(token);
    gate.resolve();
    expect(await early).to.deep.equal(ada);
    expect(await late).to.equal("TokenInvalid");
    expect(await authenticator.authenticate(token)).to.equal("TokenInvalid");
  });

  it("does not remember that the database could not be asked", async () => {
    const { authenticator, token, gates } = await setting();
    gates.push(() => Promise.reject(new Error("no database")));
    const failed = await authenticator.authenticate(token).catch((error: Error) => error);
    expect(failed).to.be.instanceOf(Error);
    expect(await authenticator.authenticate(token)).to.deep.equal(ada);
  });

  it("remembers a genuine token of an ended session, so that repeating it costs no queries", async () => {
    const { authenticator, token, live, queries } = await setting();
    live.clear();
    for (let round = 0; round < 5; round += 1) {
      expect(await authenticator.authenticate(token)).to.equal("TokenInvalid");
    }
    expect(queries).to.have.length(1);
  });

  it("stays within its bound, whoever asks", async () => {
    const { authenticator, tokens, live, queries, token } = await setting({ cacheEntriesMax: 2 });
    const other = { ...ada, sessionId: "01900000-0000-7000-8000-0000000000b2" };
    const third = { ...ada, sessionId: "01900000-0000-7000-8000-0000000000c3" };
    for (const person of [other, third]) live.set(person.sessionId, person);
    const [second, last] = await Promise.all([tokens.issue(other), tokens.issue(third)]);
    for (const each of [token, second as string, last as string, token])
      await authenticator.authenticate(each);
    expect(queries).to.have.length(4);
    authenticator.forget(ada.userId);
    expect(await authenticator.authenticate(token)).to.deep.equal(ada);
  });

  it("refuses a token of megabytes without looking at it", async () => {
    const { authenticator, queries } = await setting();
    expect(await authenticator.authenticate("x".repeat(1_000_000))).to.equal("TokenInvalid");
    expect(queries).to.have.length(0);
  });
});
