import { expect } from "chai";
import {
  book,
  booking,
  cancel,
  cancelOf,
  change,
  eventWith,
  join,
  leave,
  offerOf,
  transfer,
  user,
} from "../domain/scenario.ts";
import type { Op } from "../fault-runs/history/op.ts";
import { type Story, storyOf } from "./story.ts";
import { ask, requestOf, saysOf } from "./telling.ts";

describe("the checker on wishes that were answered", () => {
  const event = (story: Story) => story.books.eventId;
  const own = (story: Story) => ({ event: event(story), user: user(1), booking: booking(1), key: null });
  /** What I3 says of a story once a request was answered like this. */
  const toldOf = (story: Story, op: Op, status = 200) => {
    ask(story, op, 10, { at: 11, status });
    return saysOf(story, "I3").join();
  };

  it("I3: sees a cancellation that was answered and never made", () => {
    const made = storyOf(eventWith(), book(1, 2), cancel(1));
    expect(toldOf(made, { type: "cancel", ...own(made), quantity: null })).to.equal("");
    const lost = storyOf(eventWith(), book(1, 2));
    expect(toldOf(lost, { type: "cancel", ...own(lost), quantity: null })).to.include(
      `cancellation of booking ${booking(1)} was answered with 2xx (operations 1), and the ledger has 0`,
    );
  });

  it("I3: counts the parts that were cancelled, and is content with any of a booking that is gone", () => {
    const part = (story: Story, key: string): Op => ({ type: "cancel", ...own(story), key, quantity: 1 });
    const first = cancel(1, { quantity: 1 });
    const story = storyOf(eventWith(), book(1, 3), first, cancel(1, { seq: 2, quantity: 2 }));
    expect(toldOf(story, part(story, "k"))).to.equal("");
    expect(toldOf(story, part(story, "k")), "it was sent again").to.equal("");
    expect(toldOf(story, part(story, "l"))).to.include("1 tickets of booking");
    const gone = storyOf(eventWith(), book(1, 3), first, cancel(1, { seq: 2 }));
    expect(toldOf(gone, part(gone, "k"))).to.equal("");
    expect(toldOf(gone, part(gone, "l"))).to.equal("");
  });

  it("I3: sees a transfer that was answered and never made, or made to somebody else", () => {
    const story = storyOf(eventWith(), book(1, 1), transfer(1, { to: 2 }));
    expect(toldOf(story, { type: "transfer", ...own(story), to: user(2) })).to.equal("");
    expect(toldOf(story, { type: "transfer", ...own(story), to: user(3) })).to.include(`to ${user(3)}`);
    expect(toldOf(story, { type: "transfer", ...own(story), to: user(2) }), "it was one").to.include(
      "(operations 1, 3), and the ledger has 1",
    );
  });

  it("I3: sees places in line that were given, or given up, and are not in the ledger", () => {
    const full = [book(1, 2), join(5, 1), leave(5)] as const;
    const place = (story: Story) => ({ event: event(story), user: user(5), key: null });
    const story = storyOf(eventWith({ capacity: 2 }), ...full);
    expect(toldOf(story, { type: "joinWaitlist", ...place(story), quantity: 1 }, 201)).to.equal("");
    expect(toldOf(story, { type: "leaveWaitlist", ...place(story) })).to.equal("");
    const lost = storyOf(eventWith({ capacity: 2 }), full[0]);
    expect(toldOf(lost, { type: "joinWaitlist", ...place(lost), quantity: 1 }, 201)).to.include(
      "place in line",
    );
    expect(toldOf(lost, { type: "leaveWaitlist", ...place(lost) })).to.include(`leaving of ${user(5)}`);
  });

  it("I3: takes an offer that was declined for a place that was given up", () => {
    const declined = cancelOf(offerOf(5), { by: 5 });
    const story = storyOf(eventWith({ capacity: 2 }), book(1, 2), join(5, 1), cancel(1), declined);
    const op = { type: "leaveWaitlist", event: event(story), user: user(5), key: null } as const;
    expect(toldOf(story, op)).to.equal("");
  });

  it("I3: sees a capacity that was answered and never set", () => {
    const raised = change({ tiers: [{ name: "General", capacity: 9 }] });
    const story = storyOf(eventWith({ capacity: 2 }), raised);
    const op = { type: "capacity", event: event(story), key: null, tier: "General", isMeant: false } as const;
    expect(toldOf(story, { ...op, capacity: 9 })).to.equal("");
    expect(toldOf(story, { ...op, capacity: 8 })).to.include("capacity 8 of tier General was answered");
  });

  it("I3: a request that is under way has to be decided, and may be refused", () => {
    const refused = storyOf(eventWith(), book(1, 1), transfer(1, { to: 1 }));
    expect(toldOf(refused, { type: "transfer", ...own(refused), to: user(1) }, 202)).to.equal("");
    expect(toldOf(refused, { type: "transfer", ...own(refused), to: user(1) }, 202)).to.include("1 commands");
  });

  it("I3: sees a booking that its owner was told of and then did not find", () => {
    const missing = { type: "fail", status: 404, code: "BOOKING_NOT_FOUND" } as const;
    const story = storyOf(eventWith(), book(1, 2), book(2, 1), transfer(1, { to: 3 }));
    const look = (by: number, n: number): Op => ({
      type: "look",
      event: event(story),
      user: user(by),
      booking: booking(n),
    });
    ask(story, look(2, 2), 5, { at: 6, ...missing });
    ask(story, requestOf(book(2, 1), event(story)), 4, {
      at: 10,
      status: 202,
      body: { booking: booking(2), state: "queued" },
    });
    ask(story, requestOf(book(1, 2), event(story)), 4, { at: 10, body: { booking: booking(1) } });
    ask(story, look(3, 1), 11, { at: 12, ...missing });
    ask(story, look(2, 1), 11, { at: 12, ...missing });
    ask(story, { type: "transfer", ...own(story), to: user(3) }, 12, { at: 13, status: 200 });
    ask(story, look(1, 1), 14, { at: 15, ...missing });
    expect(saysOf(story, "I3"), "too early, a stranger, or handed over").to.deep.equal([]);
    ask(story, look(2, 2), 11, { at: 12, ...missing });
    expect(saysOf(story, "I3").join()).to.include(`booking ${booking(2)} was not found (operation 8)`);
    ask(story, look(3, 1), 14, { at: 15, ...missing });
    expect(saysOf(story, "I3").join()).to.include(`of which ${user(3)} had been told (operation 6)`);
  });
});
