import { expect } from "chai";
import { Webhook } from "standardwebhooks";
import type { EventId } from "../../src/domain/ids.ts";
import type { LedgerEntry } from "../../src/domain/ledger.ts";
import { composeMessage, type Draft } from "../../src/webhooks/message.ts";
import { newSecret, shownSecret, signedHeaders } from "../../src/webhooks/secret.ts";

const event = { eventId: "0199-event" as EventId, number: 7, currency: "USD", tiers: [] };

/** An entry whose outcomes are of these types. */
function entry(seq: number, ...types: string[]): LedgerEntry {
  const decision = types.map((type) => ({ type }));
  return { eventId: event.eventId, seq, decidedAt: seq * 1_000, decision } as unknown as LedgerEntry;
}

function compose(entries: readonly LedgerEntry[], more: Partial<Draft> = {}) {
  return composeMessage({
    endpointId: "an-endpoint",
    event,
    fromSeq: entries[0]?.seq ?? 1,
    entries,
    types: null,
    bytesMax: 10_000,
    present: ({ seq, decision }) => decision.map(({ type }) => ({ seq, type, filler: "é".repeat(40) })),
    ...more,
  });
}

describe("a message about outcomes", () => {
  it("says what it is about, from where to where, and when the last was decided", () => {
    const message = compose([entry(4, "a", "b"), entry(5, "c")]);
    expect(JSON.parse(message?.body ?? "")).to.deep.include({
      type: "event.outcomes",
      timestamp: new Date(5_000).toISOString(),
    });
    const { data } = JSON.parse(message?.body ?? "");
    expect(data).to.include({ event_id: event.eventId, from_seq: 4, to_seq: 5 });
    expect(
      data.outcomes.map(({ seq, type }: { seq: number; type: string }) => `${seq}${type}`),
    ).to.deep.equal(["4a", "4b", "5c"]);
  });

  it("ends before it is too long, never inside a decision, and holds one at least", () => {
    const entries = [entry(1, "a"), entry(2, "b", "b"), entry(3, "c")];
    expect(compose(entries, { bytesMax: 1 })?.toSeq).to.equal(1);
    expect(compose(entries, { bytesMax: 300 })?.toSeq).to.equal(1);
    expect(compose(entries, { bytesMax: 400 })?.toSeq).to.equal(2);
    expect(compose(entries, { bytesMax: 10_000 })?.toSeq).to.equal(3);
  });

  it("covers what is not wanted without showing it", () => {
    const entries = [entry(1, "x"), entry(2, "a", "x"), entry(3, "x")];
    const message = compose(entries, { types: ["a"] });
    expect(message).to.include({ fromSeq: 1, toSeq: 3, outcomes: 1 });
    expect(message?.body).to.not.include('"x"');
    expect(compose(entries, { types: ["z"] })).to.equal(null);
  });

  it("has an id that follows from what it is about", () => {
    const id = (more: Partial<Draft> = {}) => compose([entry(1, "a"), entry(2, "b")], more)?.id;
    expect(id()).to.equal(id());
    expect(id()).to.match(/^msg_[\w-]{27}$/);
    const others = [
      id({ endpointId: "another" }),
      id({ bytesMax: 1 }),
      id({ fromSeq: 0 }),
      id({ types: ["a"] }),
    ];
    expect(new Set([id(), ...others]).size).to.equal(5);
  });

  it("is signed so that the library of Standard Webhooks verifies it, by each secret", () => {
    const secrets = [newSecret(), newSecret()];
    const { id, body } = compose([entry(1, "a")]) ?? { id: "", body: "" };
    const headers = { ...signedHeaders({ id, body, secrets, nowMs: Date.now() }) };
    for (const secret of secrets) {
      expect(shownSecret(secret)).to.match(/^whsec_[\w+/]{43}=$/);
      expect(new Webhook(shownSecret(secret)).verify(body, headers)).to.deep.equal(JSON.parse(body));
    }
    const foreign = new Webhook(shownSecret(newSecret()));
    expect(() => foreign.verify(body, headers)).to.throw("No matching signature");
    expect(() => new Webhook(shownSecret(secrets[0] as Buffer)).verify(`${body} `, headers)).to.throw();
  });
});
