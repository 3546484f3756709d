import { randomUUIDv7 } from "node:crypto";
import { expect } from "chai";
import type { BookTickets } from "../../src/domain/command.ts";
import type { CommandId, EventId, UserId } from "../../src/domain/ids.ts";
import type { LedgerRange } from "../../src/engine/ports.ts";
import { decode, encode } from "../../src/mailbox/codec.ts";
import type { Queryable } from "../../src/store/database.ts";
import { notifyOutcomes, readOutcomeNotice, readTracedNotice } from "../../src/store/notices.ts";

const TRACE = `00-${"ab".repeat(16)}-${"cd".repeat(8)}-01`;
const PAYLOAD_BYTES_MAX = 7_900;

const command = {
  type: "BookTickets",
  id: randomUUIDv7() as CommandId,
  userId: randomUUIDv7() as UserId,
  quantity: 1,
  tier: 0,
} as unknown as BookTickets;
const envelope = { command, lane: "bookings", ordinal: 1, acceptedAt: 1_700_000_000_000 } as const;

describe("the trace of an envelope", () => {
  it("goes with it, state included, and comes out as it went in", () => {
    for (const trace of [TRACE, `${TRACE} vendor=1,other=2`]) {
      const parcel = encode({ ...envelope, trace });
      expect(decode(JSON.parse(JSON.stringify(parcel)))).to.deep.equal({ ...envelope, trace });
    }
  });

  it("is not there where nobody is traced: the envelope is what it always was", () => {
    const { data } = encode(envelope);
    expect(Object.keys(data)).to.deep.equal(["n", "at", "command"]);
    expect(decode(encode(envelope))).to.deep.equal(envelope);
  });

  it("is no reason not to decide, whatever is written there", () => {
    for (const trace of [7, null, {}, ["x"], true]) {
      const parcel = encode(envelope);
      expect(decode({ ...parcel, data: { ...parcel.data, trace } })).to.deep.equal(envelope);
    }
  });
});

describe("a notice of decisions that are traced", () => {
  async function payloadOf(ranges: readonly LedgerRange[]): Promise<string> {
    let payload = "";
    const db = {
      query: async ({ values }: { values: string[] }) => {
        payload = values[1] ?? "";
      },
    };
    await notifyOutcomes(db as unknown as Queryable, ranges);
    return payload;
  }
  const eventId = randomUUIDv7() as EventId;

  it("names them behind the ranges, where who does not know of traces reads past them", async () => {
    const range = { eventId, from: 1, to: 9 };
    const payload = await payloadOf([
      { ...range, relists: true, traces: [{ seq: 7, trace: `${TRACE} vendor=1` }] },
    ]);
    expect(readTracedNotice(payload)).to.deep.equal([{ eventId, seq: 7, carrier: TRACE }]);
    expect(readOutcomeNotice(payload)).to.deep.equal([{ ...range, relists: true }]);
    expect(readTracedNotice(await payloadOf([range]))).to.deep.equal([]);
  });

  it("is never too long, however many of them there are", async () => {
    const ranges = Array.from({ length: 100 }, (_, at) => ({
      eventId: randomUUIDv7() as EventId,
      from: 1_000_000_000 + at,
      to: 1_000_000_500 + at,
      relists: true as const,
      traces: Array.from({ length: 500 }, (_, seq) => ({ seq: 1_000_000_000 + seq, trace: TRACE })),
    }));
    const payload = await payloadOf(ranges);
    expect(Buffer.byteLength(payload)).to.be.at.most(PAYLOAD_BYTES_MAX);
    expect(readOutcomeNotice(payload)).to.have.length(100);
    expect(readTracedNotice(payload).length).to.be.above(0);
  });
});
