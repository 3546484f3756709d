import Router, { type RouterContext } from "@koa/router";
import type { Middleware } from "koa";
import { isUuid, type UserId } from "../../domain/ids.ts";
import type { EventView, WaitlistEntryView } from "../../domain/views.ts";
import { ApiError } from "../errors.ts";
import { eventIdOf, findEvent } from "../event-reply.ts";
import { principalOf } from "../middleware/authenticate.ts";
import { presentEntry, presentEntryEvent, presentStats, waitingIn } from "../presenters/waitlist.ts";
import type { Reads } from "../reads.ts";
import { refusalError } from "../refusals.ts";
import { succeed, succeedWithPage } from "../reply.ts";
import { LIST_DEFAULT, pageOf, pageQuery } from "../schemas/lists.ts";
import type { AppState } from "../state.ts";
import { LeaveWaitlistStep } from "../steps/leave-waitlist.ts";
import { expectNoFields, malformed, parseQuery } from "../validate.ts";
import { acceptedForLater, type EventCommandOptions, EventCommands } from "./event-commands.ts";
import { JoinWaitlistRoute, type JoinWaitlistRouteOptions } from "./join-waitlist.ts";
import { ProcessWaitlistRoute } from "./process-waitlist.ts";

type Context = RouterContext<AppState>;

export type WaitlistRoutesOptions = EventCommandOptions &
  JoinWaitlistRouteOptions & { readonly reads: Reads; readonly readBody: Middleware<AppState> };

/** Waitlists over HTTP; paths are relative to the surface's base. */
export function waitlistRoutes(options: WaitlistRoutesOptions): Router<AppState> {
  const { reads, readBody } = options;
  const commands = new EventCommands(options);
  const joining = new JoinWaitlistRoute(options, commands);
  const processing = new ProcessWaitlistRoute(reads, commands);
  const places = new WaitlistPlaces(reads, commands);
  return new Router<AppState>()
    .get("/waitlist", (ctx) => places.list(ctx))
    .post("/waitlist/join", readBody, (ctx) => joining.joinByBody(ctx))
    .post("/waitlist/:eventId/join", readBody, (ctx) => joining.join(ctx))
    .get("/waitlist/:eventId/stats", (ctx) => places.stats(ctx))
    .get("/waitlist/:eventId/user/:userId", (ctx) => places.show(ctx))
    .delete("/waitlist/:eventId/user/:userId", readBody, (ctx) => places.leave(ctx))
    .post("/waitlist/:eventId/process", readBody, (ctx) => processing.process(ctx));
}

/** Where people stand, and how they give that up. */
class WaitlistPlaces {
  readonly #reads: Reads;
  readonly #leaving: LeaveWaitlistStep;

  constructor(reads: Reads, commands: EventCommands) {
    this.#reads = reads;
    this.#leaving = new LeaveWaitlistStep(reads, commands);
  }

  async list(ctx: Context): Promise<void> {
    const { userId } = principalOf(ctx);
    const page = pageOf(parseQuery(pageQuery, ctx.query), LIST_DEFAULT);
    const { entries, total } = await this.#reads.waitlistEntriesOf({ userId, ...page });
    succeedWithPage(ctx, entries.map(presentEntry), { page, total });
  }

  async stats(ctx: Context): Promise<void> {
    const { eventId } = await findEvent(this.#reads, eventIdOf(ctx.params));
    ctx.set("Cache-Control", "no-cache");
    succeed(ctx, 200, presentStats(await this.#reads.waitlistStats(eventId)));
  }

  async show(ctx: Context): Promise<void> {
    const { event, entry } = await this.#place(ctx);
    succeed(ctx, 200, { ...presentEntry(entry), event: presentEntryEvent(event) });
  }

  /** Leaves the line, or declines the offer that has been made. */
  async leave(ctx: Context): Promise<void> {
    expectNoFields(ctx.request.body, "must be empty: the whole entry is given up");
    const { event, entry } = await this.#place(ctx);
    const moved = { positions_updated: await this.#behind(entry) };
    const left = await this.#leaving.leave(ctx, event, entry);
    if (left === null)
      return acceptedForLater(ctx, event, "You are to leave the waitlist; that is under way");
    succeed(
      ctx,
      200,
      { ...presentEntry(left), ...moved },
      { message: "Successfully left waitlist", ...moved },
    );
  }

  /** How many stand behind an entry, who all move up by one when it goes. */
  async #behind({ eventId, position }: WaitlistEntryView): Promise<number> {
    if (position === null) return 0;
    return Math.max(0, waitingIn(await this.#reads.waitlistStats(eventId)) - position);
  }

  async #place(ctx: Context): Promise<{ readonly event: EventView; readonly entry: WaitlistEntryView }> {
    const eventId = eventIdOf(ctx.params);
    const userId = personOf(ctx);
    const event = await findEvent(this.#reads, eventId);
    const entry = await this.#reads.waitlistEntry(eventId, userId);
    if (entry === null) throw refusalError({ reason: "WaitlistEntryNotFound", facts: {} }, event.currency);
    return { event, entry };
  }
}

/** @throws ApiError where the path names somebody else; an admin may look after everybody. */
function personOf(ctx: Context): UserId {
  const { userId, role } = principalOf(ctx);
  const asked = (ctx.params.userId ?? "").toLowerCase();
  if (!isUuid(asked)) throw malformed("userId", "must be a UUID");
  if (asked === userId || role === "admin") return asked as UserId;
  throw new ApiError("AUTH_UNAUTHORIZED", "You can see and change your own place only");
}
