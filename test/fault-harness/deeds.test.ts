import { expect } from "chai";
import type { Ending } from "../fault-runs/history/history-writer.ts";
import type { Op } from "../fault-runs/history/op.ts";
import { Deeds } from "../fault-runs/workload/deeds.ts";
import type { EventOnSale, Hall } from "../fault-runs/workload/hall.ts";
import type { Intent } from "../fault-runs/workload/intents.ts";
import { Known } from "../fault-runs/workload/known.ts";
import { Open } from "../fault-runs/workload/open.ts";
import type { Requester } from "../fault-runs/workload/requester.ts";

const FACTS: EventOnSale["facts"] = {
  capacity: 9,
  tiers: ["General"],
  isSeated: false,
  requiresPayment: false,
  ticketsPerUserMax: null,
  holdTtlMs: 1_000,
  offerTtlMs: 1_000,
};
const NAMES = ["plain", "scarce", "limited", "seated", "paid"] as const;
const HALL = Object.fromEntries(
  NAMES.map((name) => [name, { name, id: name, facts: FACTS, seats: [] }]),
) as unknown as Hall;
const INTENT: Intent = {
  kind: "book",
  event: "scarce",
  person: 0,
  other: 1,
  target: 0,
  quantity: 2,
  isKeyed: true,
  isAsync: false,
  isRepeated: true,
  form: 0,
  detail: 99,
  thinkMs: 0,
};
const BOOKED: Ending = { type: "ok", status: 201, code: null, body: { booking: "b", state: "confirmed" } };
const LOST: Ending = { type: "info", status: null, code: "TIMEOUT", body: {} };

/** A client whose requests are answered one way, and what it sent. */
function clientOf(answer: (op: Op) => Ending): { readonly deeds: Deeds; readonly sent: Op[] } {
  const sent: Op[] = [];
  const send = async (_: number, op: Op) => {
    sent.push(op);
    return answer(op);
  };
  const requester = { send, pursue: send } as unknown as Requester;
  const known = new Known(HALL);
  const open = new Open(known);
  const rest = { number: 1, people: ["u", "v"], keyPrefix: "run", goesOn: () => true };
  return { sent, deeds: new Deeds({ requester, hall: HALL, known, open, ...rest }) };
}

describe("what a client of a fault run does", () => {
  it("sends some requests with a key once more although they were answered: the very same", async () => {
    const { deeds, sent } = clientOf(() => BOOKED);
    await deeds.book(INTENT);
    expect(sent).to.have.length(2);
    expect(sent[1]).to.deep.equal(sent[0]);
    await deeds.book({ ...INTENT, isRepeated: false });
    expect(sent).to.have.length(3);
  });

  it("sends nothing again that has no key, or no answer yet", async () => {
    const keyless = clientOf(() => BOOKED);
    await keyless.deeds.book({ ...INTENT, isKeyed: false });
    expect(keyless.sent).to.have.length(1);
    const lost = clientOf(() => LOST);
    await lost.deeds.book(INTENT);
    expect(lost.sent).to.have.length(1);
  });

  it("buys where nobody has to wait, so that the next one has to", async () => {
    const refusal: Ending = { type: "fail", status: 409, code: "WAITLIST_NOT_NEEDED", body: {} };
    const { deeds, sent } = clientOf((op) => (op.type === "joinWaitlist" ? refusal : BOOKED));
    await deeds.joinLine({ ...INTENT, event: "plain", isRepeated: false });
    expect(sent.map((op) => [op.type, "event" in op && op.event])).to.deep.equal([
      ["joinWaitlist", "scarce"],
      ["book", "scarce"],
    ]);
  });
});
