import { setTimeout as sleep } from "node:timers/promises";
import type { RouterContext } from "@koa/router";
import type { LedgerEntry } from "../../domain/ledger.ts";
import type { OfferMade } from "../../domain/outcome.ts";
import { iso } from "../presenters/time.ts";
import type { Reads } from "../reads.ts";
import { succeed } from "../reply.ts";
import { PROCESS_NAMES, processWaitlistBody } from "../schemas/waitlist.ts";
import type { AppState } from "../state.ts";
import { parseBody } from "../validate.ts";
import { acceptedForLater, type EventCommands } from "./event-commands.ts";

/** How long a reply waits until those with an offer have been told, and how often it looks. */
const NOTIFIED_MS_MAX = 1_000;
const NOTIFIED_POLL_MS = 50;
const LATEST_NOTIFICATIONS = 10;

/** Offers what is free to those who wait. */
export class ProcessWaitlistRoute {
  readonly #reads: Pick<Reads, "notificationsOfUser">;
  readonly #commands: EventCommands;

  constructor(reads: Pick<Reads, "notificationsOfUser">, commands: EventCommands) {
    this.#reads = reads;
    this.#commands = commands;
  }

  async process(ctx: RouterContext<AppState>): Promise<void> {
    const commands = this.#commands;
    const body = parseBody(processWaitlistBody, ctx.request.body, PROCESS_NAMES);
    const event = await commands.findOwn(ctx);
    const ticketsMax = body.available_seats ?? null;
    const command = { type: "ProcessWaitlist", id: commands.newId(), ticketsMax } as const;
    const standing = await commands.submit(ctx, event, command, body);
    if (standing.type !== "decided")
      return acceptedForLater(ctx, event, "The waitlist is to be processed; that is under way");
    const offers = standing.entry.decision.filter((outcome) => outcome.type === "OfferMade");
    const notified = await this.#notified(standing.entry, offers);
    const promoted = offers.map((offer, at) => ({
      user_id: offer.userId,
      // In the order of service.
      position: at + 1,
      notification_sent: notified.has(offer.userId),
      quantity: offer.quantity,
      booking_id: offer.bookingId,
      expires_at: iso(offer.expiresAt),
    }));
    const result = { processed: promoted.length, promoted_users: promoted };
    succeed(ctx, 200, result, { message: `${promoted.length} offers made`, ...result });
  }

  /** Who of them has been told; looked up, because the outbox tells them in its own time. */
  async #notified({ eventId, seq }: LedgerEntry, offers: readonly OfferMade[]): Promise<Set<string>> {
    const deadlineMs = Date.now() + NOTIFIED_MS_MAX;
    const told = new Set<string>();
    for (;;) {
      const open = offers.filter(({ userId }) => !told.has(userId));
      for (const { userId } of open) {
        const page = { userId, limit: LATEST_NOTIFICATIONS, offset: 0 };
        const { notifications } = await this.#reads.notificationsOfUser(page);
        if (notifications.some((one) => one.eventId === eventId && one.seq === seq)) told.add(userId);
      }
      if (told.size === offers.length || Date.now() >= deadlineMs) return told;
      await sleep(NOTIFIED_POLL_MS);
    }
  }
}
