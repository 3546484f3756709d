import { expect } from "chai";
import type { DeliveryResult } from "../../src/notifications/channel.ts";
import { type ClaimedDelivery, RETRY, verdictOf } from "../../src/notifications/delivery.ts";
import { kindOf, ruleOf } from "../../src/notifications/kinds.ts";
import { notificationIdOf } from "../../src/notifications/notifier.ts";
import { changed, choiceOf } from "../../src/notifications/preferences.ts";

const delivery = (attempt: number, attemptsBefore = 0) =>
  ({ channel: "email", attempt, attemptsBefore }) as ClaimedDelivery;
const FAILED: DeliveryResult = { type: "failed", reason: "busy", retryAfterMs: null };

describe("the verdict about a delivery", () => {
  it("pauses twice as long after each failure, by half of it left to chance, up to half an hour", () => {
    const pause = (attempt: number, dice: number) => verdictOf(delivery(attempt), FAILED, { dice }).againInMs;
    expect([1, 2, 3, 4].map((attempt) => pause(attempt, 1))).to.deep.equal([2_000, 4_000, 8_000, 16_000]);
    expect(pause(3, 0)).to.equal(4_000);
    expect(pause(11, 1)).to.equal(1_800_000);
  });

  it("waits as long as the carrier asks, an hour at most", () => {
    const asked = (retryAfterMs: number) =>
      verdictOf(delivery(1), { ...FAILED, retryAfterMs }, { dice: 1 }).againInMs;
    expect(asked(90_000)).to.equal(90_000);
    expect(asked(10)).to.equal(2_000);
    expect(asked(10 * 3_600_000)).to.equal(3_600_000);
  });

  it("gives up after the last attempt, and counts anew when somebody has it tried again", () => {
    const { attemptsMax } = RETRY;
    expect(verdictOf(delivery(attemptsMax - 1), FAILED, { dice: 1 }).status).to.equal("failed");
    const last = verdictOf(delivery(attemptsMax), FAILED, { dice: 1 });
    expect(last).to.include({ status: "dead", againInMs: null, error: "busy" });
    expect(verdictOf(delivery(attemptsMax + 1, attemptsMax), FAILED, { dice: 1 }).status).to.equal("failed");
  });

  it("keeps what a carrier says in bounds that can be stored", () => {
    const reason = `a\0b\ud800${"x".repeat(2_000)}`;
    const { error } = verdictOf(delivery(1), { type: "refused", reason }, { dice: 0 });
    expect(error?.length).to.be.at.most(500);
    expect(error).to.not.include("\0");
    expect(error?.isWellFormed()).to.equal(true);
  });
});

describe("preferences", () => {
  it("change what is named and leave the rest, and say what holds in the form they are changed by", () => {
    const before = choiceOf("booking_confirmed", undefined);
    expect(before).to.deep.equal({ websocket: true, push: null, email: true, sms: null });
    const stored = changed("booking_confirmed", undefined, { email: false, sms: true });
    const after = choiceOf("booking_confirmed", stored);
    expect(after).to.deep.equal({ websocket: true, push: null, email: false, sms: true });
    expect(choiceOf("booking_confirmed", changed("booking_confirmed", stored, after))).to.deep.equal(after);
    const only = changed("booking_confirmed", stored, { websocket: null });
    expect(choiceOf("booking_confirmed", only).websocket).to.equal(null);
  });

  it("call what nobody has a rule for by one name", () => {
    expect(kindOf("a_greeting")).to.equal("other");
    expect(kindOf("toString")).to.equal("other");
    expect(ruleOf("password_reset")).to.include({ isMandatory: true, isInternal: true });
  });
});

describe("a notification's id", () => {
  const parts = { createdAt: 1_770_000_000_123, counter: 7, what: "somebody something" };

  it("is a UUIDv7 that the same things give again", () => {
    const id = notificationIdOf(parts);
    expect(id).to.match(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(notificationIdOf({ ...parts })).to.equal(id);
    expect(notificationIdOf({ ...parts, what: "somebody else" })).to.not.equal(id);
  });

  it("sorts by time, and within a millisecond by number", () => {
    const ids = [
      notificationIdOf(parts),
      notificationIdOf({ ...parts, counter: 8, what: "a" }),
      notificationIdOf({ ...parts, createdAt: parts.createdAt + 1, counter: 0, what: "b" }),
    ];
    expect(ids.toSorted()).to.deep.equal(ids);
  });
});
