import Router, { type RouterContext } from "@koa/router";
import type { WaitlistEntryView } from "../../domain/views.ts";
import type { Aliases } from "../aliases.ts";
import { send, sendList } from "../bare-reply.ts";
import { findEvent } from "../event-reply.ts";
import { refusalError } from "../refusals.ts";
import { EventCommands } from "../routes/event-commands.ts";
import type { WaitlistRoutesOptions } from "../routes/waitlist.ts";
import { pageOf } from "../schemas/lists.ts";
import type { AppState } from "../state.ts";
import { LeaveWaitlistStep } from "../steps/leave-waitlist.ts";
import { parseQuery } from "../validate.ts";
import { personOf } from "./identity.ts";
import { integerOf } from "./numbers.ts";
import type { PresenterOfB } from "./present.ts";
import { listQuery } from "./schemas.ts";

type Context = RouterContext<AppState>;

export interface OwnOfBOptions {
  readonly waitlist: WaitlistRoutesOptions;
  readonly aliases: Aliases;
  readonly present: PresenterOfB;
}

const LIST_DEFAULT = 100;

/** What is one person's own in 003, but for a single booking. */
export function ownRoutesOfB(options: OwnOfBOptions): Router<AppState> {
  const own = new OwnOfB(options);
  return new Router<AppState>()
    .get("/users/me", (ctx) => own.me(ctx))
    .get("/users/me/bookings", (ctx) => own.bookings(ctx))
    .get("/users/me/notifications", (ctx) => own.notifications(ctx))
    .get("/waitlists/me", (ctx) => own.entries(ctx))
    .delete("/waitlists/:waitlist_entry_id", (ctx) => own.leave(ctx));
}

class OwnOfB {
  readonly #options: OwnOfBOptions;
  readonly #reads: WaitlistRoutesOptions["reads"];
  readonly #leaving: LeaveWaitlistStep;

  constructor(options: OwnOfBOptions) {
    this.#options = options;
    this.#reads = options.waitlist.reads;
    this.#leaving = new LeaveWaitlistStep(this.#reads, new EventCommands(options.waitlist));
  }

  async me(ctx: Context): Promise<void> {
    const { userId, email, name, role } = personOf(ctx);
    const [id] = await this.#options.aliases.numbersOf("user", [userId]);
    send(ctx, 200, { id, email, username: name, role });
  }

  /** The active ones. */
  async bookings(ctx: Context): Promise<void> {
    const { userId } = personOf(ctx);
    const page = pageOf(parseQuery(listQuery, ctx.query), LIST_DEFAULT);
    const { bookings, total } = await this.#reads.bookingsOfUser({ userId, status: "confirmed", ...page });
    sendList(ctx, await this.#options.present.bookings(bookings), { page, total });
  }

  async notifications(ctx: Context): Promise<void> {
    const { userId } = personOf(ctx);
    const page = pageOf(parseQuery(listQuery, ctx.query), LIST_DEFAULT);
    const { notifications, total } = await this.#reads.notificationsOfUser({ userId, ...page });
    sendList(ctx, await this.#options.present.notifications(notifications), { page, total });
  }

  async entries(ctx: Context): Promise<void> {
    const { userId } = personOf(ctx);
    const page = pageOf(parseQuery(listQuery, ctx.query), LIST_DEFAULT);
    const { entries, total } = await this.#reads.waitlistEntriesOf({ userId, ...page });
    sendList(ctx, await this.#options.present.entries(entries), { page, total });
  }

  /** Leaves the line, or declines the offer that has been made. */
  async leave(ctx: Context): Promise<void> {
    const { userId } = personOf(ctx);
    const { aliases, present } = this.#options;
    const number = integerOf("waitlist_entry_id", ctx.params.waitlist_entry_id ?? "");
    const id = await aliases.idOf("waitlist_entry", number);
    const entry = id === null ? undefined : await this.#entry(userId, id);
    if (entry === undefined) throw refusalError({ reason: "WaitlistEntryNotFound", facts: {} }, "");
    const left = await this.#leaving.leave(ctx, await findEvent(this.#reads, entry.eventId), entry);
    if (left === null) ctx.set("Retry-After", "1");
    const [shown] = await present.entries([left ?? entry]);
    send(ctx, left === null ? 202 : 200, shown);
  }

  async #entry(userId: string, id: string): Promise<WaitlistEntryView | undefined> {
    return (await this.#reads.waitlistEntriesOf({ userId, id, limit: 1, offset: 0 })).entries[0];
  }
}
