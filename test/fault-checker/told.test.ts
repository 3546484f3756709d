import { expect } from "chai";
import { book, booking, eventWith, join, user } from "../domain/scenario.ts";
import { type Story, storyOf } from "./story.ts";
import { ask, note, notJudgedOf, requestOf, saysOf, tamper } from "./telling.ts";

const story = () =>
  storyOf(eventWith({ capacity: 3, ticketsPerUserMax: 3 }), book(1, 2), book(2, 1), book(3, 1));

describe("the checker on what is told", () => {
  const heard = (told: Story, name: string, seq: number, more: { readonly isCaughtUp?: boolean } = {}) => {
    const push = { fromSeq: null, booking: null, state: null, isCaughtUp: false, ...more };
    note(told, { what: "push", name, seq, ...LISTENER, event: told.books.eventId, ...push });
  };
  const LISTENER = { listener: 1, connection: 1, user: user(1) };

  it("I16: sees a push that was missed for all the catching up, one too many, and one that nobody owed", () => {
    const told = storyOf(
      eventWith({ capacity: 2 }),
      book(1, 2),
      book(4, 1, { by: 1 }),
      join(5, 1, { by: 1 }),
    );
    note(told, { what: "listening", fromSeq: 0, ...LISTENER, event: told.books.eventId });
    heard(told, "booking_confirmed", 2);
    heard(told, "booking_waitlisted", 4);
    expect(notJudgedOf(told, "I16")).to.equal("no listener caught up");
    note(told, {
      what: "caughtUp",
      afterSeq: 2,
      seq: 4,
      complete: true,
      ...LISTENER,
      event: told.books.eventId,
    });
    expect(saysOf(told, "I16").join()).to.include("never heard booking_rejected of ledger 3");
    heard(told, "booking_rejected", 3, { isCaughtUp: true });
    heard(told, "booking_confirmed", 2, { isCaughtUp: true });
    expect(saysOf(told, "I16")).to.deep.equal([]);
    heard(told, "booking_confirmed", 2);
    expect(saysOf(told, "I16").join()).to.include("heard booking_confirmed of ledger 2 2 times");
    heard(told, "booking_expired", 3);
    expect(saysOf(told, "I16").join()).to.include("which owes it none");
  });

  it("I16: sees a listener that could not catch up in the end, whatever it had heard before", () => {
    const told = story();
    const who = { ...LISTENER, event: told.books.eventId };
    note(told, { what: "listening", fromSeq: 0, ...who });
    heard(told, "booking_confirmed", 2);
    note(told, { what: "caughtUp", afterSeq: 0, seq: 2, complete: true, ...who });
    expect(saysOf(told, "I16")).to.deep.equal([]);
    note(told, { what: "leftBehind", ...who });
    expect(saysOf(told, "I16").join()).to.include("listener 1 of event");
  });

  const read = (seen: Story, at: number, seq: number, available: number) =>
    ask(seen, { type: "read", event: seen.books.eventId }, at, {
      at: at + 1,
      status: 200,
      body: { seq, available },
    });

  it("I17: sees a reading that is older than allowed, by what clients knew before it", () => {
    const seen = story();
    ask(seen, requestOf(book(1, 2), seen.books.eventId), 10, { at: 20, body: { booking: booking(1) } });
    read(seen, 15, 1, 3);
    read(seen, 25, 2, 1);
    expect(saysOf(seen, "I17")).to.deep.equal([]);
    read(seen, 60, 1, 3);
    expect(saysOf(seen, "I17").join()).to.include("read 4 showed ledger 1");
    seen.terms = { ...seen.terms, cacheAgeMsMax: 50 };
    expect(saysOf(seen, "I17"), "it is cached").to.deep.equal([]);
    expect(notJudgedOf(story(), "I17")).to.equal("nobody read an event");
  });

  it("I17: sees figures that are not those of the number that a reading names", () => {
    const seen = story();
    read(seen, 10, 3, 0);
    expect(saysOf(seen, "I17")).to.deep.equal([]);
    read(seen, 11, 3, 1);
    read(seen, 12, 9, 0);
    expect(saysOf(seen, "I17")).to.have.length(2);
  });

  const scrape = (of: Story, confirmed: number) => {
    of.books.actor = { ...of.books.actor, bookingsAccepted: 3 };
    const decided = `evently_decided_total{outcome="BookingConfirmed"} ${confirmed}\nevently_decided_total{outcome="BookingRejected"} 1`;
    of.scrapes = [
      { role: "booking", pid: 1, text: `# HELP x\n${decided}\nevently_mailbox_depth 0` },
      { role: "api", pid: 2, text: 'evently_accepted_total{result="accepted"} 3' },
      {
        role: "effects",
        pid: 3,
        text: "evently_payments_captured_without_ticket 0\nevently_refunds_owed 0",
      },
    ];
  };

  it("I18: sees counters that are not what is stored", () => {
    const counted = story();
    expect(notJudgedOf(counted, "I18")).to.equal("no metrics were read");
    scrape(counted, 2);
    expect(saysOf(counted, "I18")).to.deep.equal([]);
    expect(notJudgedOf(counted, "I18")).to.equal(undefined);
    scrape(counted, 3);
    expect(saysOf(counted, "I18").join()).to.include('BookingConfirmed"} counts 3, the database holds 2');
    scrape(counted, 1);
    expect(saysOf(counted, "I18")).to.have.length(1);
    counted.terms = { ...counted.terms, countersMayLag: "connections were cut" };
    expect(saysOf(counted, "I18"), "a commit whose answer was lost is not counted").to.deep.equal([]);
  });

  it("I18: sees a gauge that is wrong, or that none of those shows who have it", () => {
    const counted = story();
    scrape(counted, 2);
    const [booking, api, effects] = counted.scrapes;
    if (booking === undefined || api === undefined || effects === undefined)
      throw new Error("three are told");
    counted.scrapes = [booking, api, { ...effects, text: "evently_refunds_owed 1" }];
    expect(saysOf(counted, "I18")).to.deep.equal([
      "no effects process shows evently_payments_captured_without_ticket",
      "evently_refunds_owed of effects 3 shows 1, the database holds 0",
    ]);
    counted.scrapes = [booking, { ...booking, pid: 4, text: "" }, api, effects];
    expect(saysOf(counted, "I18"), "one of two shows it").to.deep.equal([]);
    counted.scrapes = [booking, api];
    expect(saysOf(counted, "I18")).to.deep.equal([]);
    expect(notJudgedOf(counted, "I18")).to.include(
      "no effects process was left to show evently_refunds_owed",
    );
  });

  it("I18: does not judge the counters of a role that lost a process", () => {
    const counted = story();
    scrape(counted, 1);
    note(counted, { what: "processStarted", role: "booking", pid: 9, url: "" }, 0);
    expect(saysOf(counted, "I18")).to.deep.equal([]);
    expect(notJudgedOf(counted, "I18")).to.include("a booking process");
  });

  it("I19: sees a ledger that decides otherwise, or makes another state", () => {
    expect(saysOf(story(), "I19")).to.deep.equal([]);
    const other = story();
    const [made] = other.books.ledger[1]?.decision ?? [];
    if (made?.type !== "BookingConfirmed") throw new Error("it was booked");
    tamper(other, 2, { decision: [{ ...made, unitPriceMinor: 1 }] });
    expect(saysOf(other, "I19").join()).to.include("ledger 2");
    const stored = story();
    stored.books.tiers = [{ name: "General", capacity: 3, held: 0, sold: 2, blocked: 0 }];
    expect(saysOf(stored, "I19").join()).to.include("is replayed to 0 held and 3 sold");
    const found = { eventId: "e", seq: 2, subject: "digest", says: {}, means: "" };
    const audited = {
      ...story(),
      findings: [{ ...found, area: "chain" } as const, { ...found, area: "replay" } as const],
    };
    expect(saysOf(audited, "I19")).to.have.length(2);
  });
});
