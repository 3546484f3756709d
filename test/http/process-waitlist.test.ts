import type { RouterContext } from "@koa/router";
import { expect } from "chai";
import type { Reads } from "../../src/http/reads.ts";
import type { EventCommands } from "../../src/http/routes/event-commands.ts";
import { ProcessWaitlistRoute } from "../../src/http/routes/process-waitlist.ts";
import type { AppState } from "../../src/http/state.ts";

const EVENT_ID = "01900000-0000-7000-8000-000000000001";
const SEQ = 7;
const EXPIRES_AT = Date.UTC(2030, 0, 1);

const offerTo = (userId: string) => ({
  type: "OfferMade",
  userId,
  quantity: 2,
  bookingId: `booking-of-${userId}`,
  expiresAt: EXPIRES_AT,
});

/** Processes a line whose decision made these offers, while `told(userId, look)` says who has been notified. */
async function process(users: readonly string[], told: (userId: string, look: number) => boolean) {
  let looks = 0;
  const asked: unknown[] = [];
  const commands = {
    newId: () => "command",
    findOwn: async () => ({ eventId: EVENT_ID }),
    submit: async (_ctx: unknown, _event: unknown, command: unknown) => {
      asked.push(command);
      const decision = [{ type: "WaitlistProcessed" }, ...users.map(offerTo)];
      return { type: "decided", entry: { eventId: EVENT_ID, seq: SEQ, decision }, replayed: false };
    },
  };
  const reads = {
    notificationsOfUser: async ({ userId }: { userId: string }) => {
      looks += 1;
      const seq = told(userId, looks) ? SEQ : SEQ - 1;
      return { notifications: [{ eventId: EVENT_ID, seq }], total: 1 };
    },
  };
  const route = new ProcessWaitlistRoute(reads as unknown as Reads, commands as unknown as EventCommands);
  const ctx = { request: { body: { available_seats: 5 } }, status: 0, body: null };
  await route.process(ctx as unknown as RouterContext<AppState>);
  return { asked, looks, status: ctx.status, body: ctx.body as unknown as Record<string, unknown> };
}

describe("the reply to processing a waitlist", () => {
  it("names everybody who got an offer, in the order of service, beside data and in it", async () => {
    const { asked, status, body } = await process(["u1", "u2"], () => true);
    expect(asked).to.deep.equal([{ type: "ProcessWaitlist", id: "command", ticketsMax: 5 }]);
    expect(status).to.equal(200);
    const promoted = ["u1", "u2"].map((user_id, at) => ({
      user_id,
      position: at + 1,
      notification_sent: true,
      quantity: 2,
      booking_id: `booking-of-${user_id}`,
      expires_at: "2030-01-01T00:00:00.000Z",
    }));
    expect(body).to.deep.include({ processed: 2, promoted_users: promoted, message: "2 offers made" });
    expect(body.data).to.deep.equal({ processed: 2, promoted_users: promoted });
  });

  it("waits a little until they have been told, and asks only about those who have not", async () => {
    const { looks, body } = await process(["u1", "u2"], (userId, look) => userId === "u1" || look > 3);
    expect(looks).to.equal(4);
    expect((body.promoted_users as { notification_sent: boolean }[])[1]?.notification_sent).to.equal(true);
  });

  it("says so where they have not been told in that time", async () => {
    const { body } = await process(["u1"], () => false);
    expect((body.promoted_users as { notification_sent: boolean }[])[0]?.notification_sent).to.equal(false);
  });
});
