import { setTimeout as sleep } from "node:timers/promises";
import Router, { type RouterContext } from "@koa/router";
import type { Middleware } from "koa";
import type { Command } from "../../domain/command.ts";
import { type CommandId, type EventId, isUuid, type UserId } from "../../domain/ids.ts";
import { fromMinor } from "../../domain/money.ts";
import type { EventFilter, EventView } from "../../domain/views.ts";
import type { Desk, Standing } from "../desk.ts";
import { ApiError } from "../errors.ts";
import { changesOf, draftOf, type EventFoundry } from "../event-desk.ts";
import { idempotencyKeyOf } from "../idempotency.ts";
import { principalOf, requireRole } from "../middleware/authenticate.ts";
import { cancellationOf, etagOf, presentEvent } from "../presenters/event.ts";
import type { Reads } from "../reads.ts";
import { refusalError } from "../refusals.ts";
import { succeed } from "../reply.ts";
import { createEventBody, EVENT_NAMES, eventListQuery, updateEventBody } from "../schemas/events.ts";
import { linkHeaderOf, type Page, pageOf, paginationOf } from "../schemas/lists.ts";
import type { AppState } from "../state.ts";
import { parseBody, parseQuery } from "../validate.ts";

export interface EventRoutesOptions {
  readonly desk: Desk;
  readonly reads: Reads;
  readonly foundry: EventFoundry;
  readonly readBody: Middleware<AppState>;
  readonly ids: { newId(): string; commandId(): CommandId };
  readonly decisionWaitMs: number;
  readonly defaultCurrency: string;
}

type Context = RouterContext<AppState>;

const LIST_DEFAULT = 50;
const CANCELLATION_POLL_MS = 100;

/** Events over HTTP; paths are relative to the surface's base. */
export function eventRoutes(options: EventRoutesOptions): Router<AppState> {
  const routes = new EventRoutes(options);
  const { readBody } = options;
  const organizers = requireRole("admin", "organizer");
  const router = new Router<AppState>()
    .get("/events", (ctx) => routes.list(ctx))
    .get("/events/:id", (ctx) => routes.show(ctx));
  for (const base of ["/events", "/admin/events"]) {
    router
      .post(base, organizers, readBody, (ctx) => routes.create(ctx))
      .put(`${base}/:id`, organizers, readBody, (ctx) => routes.update(ctx))
      .patch(`${base}/:id`, organizers, readBody, (ctx) => routes.update(ctx))
      .delete(`${base}/:id`, organizers, readBody, (ctx) => routes.cancel(ctx));
  }
  return router;
}

class EventRoutes {
  readonly #options: EventRoutesOptions;

  constructor(options: EventRoutesOptions) {
    this.#options = options;
  }

  async list(ctx: Context): Promise<void> {
    const query = parseQuery(eventListQuery, ctx.query);
    const page = pageOf(query, LIST_DEFAULT);
    const { events, total } = await this.#options.reads.events(filterOf(query, page));
    const links = linkHeaderOf(ctx.URL, page, total);
    if (links !== null) ctx.set("Link", links);
    const now = Date.now();
    const shown = events.map((event) => presentEvent(event, now));
    succeed(ctx, 200, shown, { count: shown.length, cached: false, pagination: paginationOf(page, total) });
  }

  async show(ctx: Context): Promise<void> {
    this.#send(ctx, 200, await this.#find(ctx));
  }

  async create(ctx: Context): Promise<void> {
    const { foundry, ids, reads, defaultCurrency } = this.#options;
    const { userId } = principalOf(ctx);
    const body = parseBody(createEventBody, ctx.request.body, EVENT_NAMES);
    const eventId = ids.newId() as EventId;
    const draft = draftOf(body, { eventId, createdBy: userId as UserId, defaultCurrency });
    const creation = await foundry.create({ commandId: ids.commandId(), draft, key: this.#key(ctx, body) });
    if (creation.type === "tooLate") {
      const wrong = "must lie in the future";
      throw new ApiError("VALIDATION_ERROR", `event_date ${wrong}`, { details: { event_date: wrong } });
    }
    if (creation.type === "keyReused") throw keyReused();
    if (creation.type === "replayed") ctx.set("Idempotency-Replayed", "true");
    const event = await reads.event(creation.type === "replayed" ? creation.eventId : eventId);
    if (event === null) throw new Error(`invariant: event ${eventId} was created and is not there`);
    ctx.set("Location", `${ctx.path.replace("/admin/", "/")}/${event.eventId}`);
    this.#send(ctx, 201, event, "Event created successfully");
  }

  async update(ctx: Context): Promise<void> {
    const event = await this.#findOwn(ctx);
    const body = parseBody(updateEventBody, ctx.request.body, EVENT_NAMES);
    const expected = expectedVersion(ctx.get("If-Match"));
    const command = {
      type: "ChangeEvent",
      id: this.#options.ids.commandId(),
      changes: changesOf(body, event.currency),
      ...(expected === null ? {} : { expectedVersion: expected }),
    } as const;
    const standing = await this.#submit(ctx, event, command, body);
    if (standing.type === "queued") return this.#accepted(ctx, event, "The change is accepted and under way");
    this.#throwRefusal(standing, event);
    this.#send(ctx, 200, await this.#find(ctx), "Event updated successfully");
  }

  async cancel(ctx: Context): Promise<void> {
    const event = await this.#findOwn(ctx);
    const deadline = Date.now() + this.#options.decisionWaitMs;
    const command = { type: "CancelEvent", id: this.#options.ids.commandId() } as const;
    const standing = await this.#submit(ctx, event, command, {});
    if (standing.type === "queued")
      return this.#accepted(ctx, event, "The cancellation is accepted and under way");
    this.#throwRefusal(standing, event);
    const after = await this.#cancelled(ctx, deadline);
    const finished = after.cancellationDone >= (after.cancellationTotal ?? 0);
    const refunds = {
      refunds_processed: after.refundsCount,
      total_refund_amount: fromMinor(after.refundsMinor, after.currency),
    };
    const message = finished
      ? "Event cancelled successfully"
      : "The event is cancelled; refunds are under way";
    const shown = { ...presentEvent(after, Date.now()), ...refunds };
    succeed(ctx, finished ? 200 : 202, shown, { message, ...refunds, cancellation: cancellationOf(after) });
  }

  /** The event once all its bookings are cancelled, or as far as it has come by the deadline. */
  async #cancelled(ctx: Context, deadlineMs: number): Promise<EventView> {
    for (;;) {
      const event = await this.#find(ctx);
      if (event.cancellationDone >= (event.cancellationTotal ?? 0) || Date.now() >= deadlineMs) return event;
      await sleep(CANCELLATION_POLL_MS);
    }
  }

  async #submit(ctx: Context, event: EventView, command: Command, body: unknown): Promise<Standing> {
    const { desk, decisionWaitMs } = this.#options;
    const key = this.#key(ctx, body);
    const standing = await desk.submit({ eventId: event.eventId, command, key, waitMs: decisionWaitMs });
    if (standing.replayed) ctx.set("Idempotency-Replayed", "true");
    return standing;
  }

  #throwRefusal(standing: Standing, event: EventView): void {
    if (standing.type === "refused") throw refusalError(standing.refusal, event.currency);
    if (standing.type !== "decided") return;
    const [outcome] = standing.entry.decision;
    // Cancelling again is answered like the first time.
    if (outcome.type === "CommandRefused" && outcome.reason !== "EventAlreadyCancelled") {
      throw refusalError(outcome, event.currency);
    }
  }

  #accepted(ctx: Context, event: EventView, message: string): void {
    ctx.set("Retry-After", "1");
    succeed(ctx, 202, presentEvent(event, Date.now()), { message });
  }

  #send(ctx: Context, status: number, event: EventView, message?: string): void {
    ctx.set("ETag", etagOf(event));
    ctx.set("Cache-Control", "no-cache");
    ctx.set("Vary", "Authorization, Accept, Accept-Encoding");
    if (status === 200 && ctx.method === "GET" && ctx.get("If-None-Match").includes(etagOf(event))) {
      ctx.status = 304;
      return;
    }
    const extras = message === undefined ? { cached: false } : { message };
    succeed(ctx, status, presentEvent(event, Date.now()), extras);
  }

  async #find(ctx: Context): Promise<EventView> {
    const id = (ctx.params.id ?? "").toLowerCase();
    if (!isUuid(id)) {
      throw new ApiError("VALIDATION_ERROR", "id must be a UUID", { details: { id: "must be a UUID" } });
    }
    const event = await this.#options.reads.event(id);
    if (event === null) throw new ApiError("EVENT_NOT_FOUND", "Event not found");
    return event;
  }

  async #findOwn(ctx: Context): Promise<EventView> {
    const { role, userId } = principalOf(ctx);
    const event = await this.#find(ctx);
    if (role === "admin" || event.createdBy === userId) return event;
    throw new ApiError("AUTH_UNAUTHORIZED", "This is another organizer's event");
  }

  #key(ctx: Context, body: unknown) {
    const header = ctx.get("Idempotency-Key") || undefined;
    const { userId } = principalOf(ctx);
    return idempotencyKeyOf({ header, userId, method: ctx.method, path: ctx.path, body });
  }
}

function keyReused(): ApiError {
  return new ApiError("IDEMPOTENCY_KEY_REUSED", "This Idempotency-Key was used for another request");
}

/** 001's statuses and 004's phases share one filter. */
function filterOf(query: ReturnType<typeof eventListQuery.parse>, page: Page): EventFilter {
  const { status } = query;
  const isPhase = status === "upcoming" || status === "ongoing" || status === "completed";
  return {
    status: status === "active" || status === "cancelled" ? status : null,
    phase: isPhase ? status : null,
    from: query.start_date ?? null,
    until: query.end_date ?? null,
    category: query.category ?? null,
    search: query.search ?? null,
    ...page,
  };
}

/** The version in `If-Match: "<version>.<seq>"`; sales since then do not matter to an organiser's change. */
function expectedVersion(header: string): number | null {
  if (header === "" || header === "*") return null;
  const version = /^(?:W\/)?"(\d+)(?:\.\d+)?"$/.exec(header)?.[1];
  if (version !== undefined) return Number(version);
  const wrong = 'must be an ETag of this event, such as "3.120"';
  throw new ApiError("VALIDATION_ERROR", `If-Match ${wrong}`, { details: { "If-Match": wrong } });
}
