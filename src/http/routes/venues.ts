import Router, { type RouterContext } from "@koa/router";
import type { Middleware } from "koa";
import type { z } from "zod";
import type { VenueChanges, VenueView } from "../../domain/venue.ts";
import { expectedVersion, isUnchanged } from "../conditions.ts";
import { ApiError } from "../errors.ts";
import { requestKey } from "../idempotency.ts";
import { principalOf } from "../middleware/authenticate.ts";
import { presentVenue, venueEtagOf } from "../presenters/venue.ts";
import { locationOf, succeed, succeedWithPublicPage } from "../reply.ts";
import { pageOf } from "../schemas/lists.ts";
import { createVenueBody, updateVenueBody, VENUE_NAMES, venueListQuery } from "../schemas/venues.ts";
import type { AppState } from "../state.ts";
import { parseBody, parseQuery, uuidParam } from "../validate.ts";
import { findVenue, type Venues } from "../venues.ts";

type Context = RouterContext<AppState>;

export interface VenueRoutesOptions {
  readonly venues: Venues;
  readonly ids: { newId(): string };
  readonly readBody: Middleware<AppState>;
}

const LIST_DEFAULT = 20;
const ETAG_EXAMPLE = "3";

/** Venues over HTTP: read by anyone, written by organizers (their own) and admins. */
export function venueRoutes(options: VenueRoutesOptions): Router<AppState> {
  const { venues, readBody } = options;
  return new Router<AppState>()
    .get("/venues", (ctx) => list(venues, ctx))
    .get("/venues/:id", async (ctx) => send(ctx, 200, await findVenue(venues, uuidParam(ctx.params))))
    .post("/venues", readBody, (ctx) => create(options, ctx))
    .put("/venues/:id", readBody, (ctx) => update(venues, ctx))
    .patch("/venues/:id", readBody, (ctx) => update(venues, ctx));
}

async function list(venues: Venues, ctx: Context): Promise<void> {
  const query = parseQuery(venueListQuery, ctx.query);
  const page = pageOf(query, LIST_DEFAULT);
  const { search = null, city = null } = query;
  const { venues: found, total } = await venues.list({ search, city, ...page });
  succeedWithPublicPage(ctx, found.map(presentVenue), { page, total });
}

async function create({ venues, ids }: VenueRoutesOptions, ctx: Context): Promise<void> {
  const { userId } = principalOf(ctx);
  const body = parseBody(createVenueBody, ctx.request.body, VENUE_NAMES);
  const id = ids.newId();
  const draft = {
    name: body.name,
    address: body.address ?? null,
    city: body.city ?? null,
    state: body.state ?? null,
    country: body.country ?? null,
    postalCode: body.postal_code ?? null,
    capacity: body.capacity ?? null,
    layoutConfig: body.layout_config ?? {},
  };
  const creation = await venues.create({ id, draft, createdBy: userId, key: requestKey(ctx, userId, body) });
  if (creation.type === "keyReused") {
    throw new ApiError("IDEMPOTENCY_KEY_REUSED", "This Idempotency-Key was used for another request");
  }
  if (creation.type === "replayed") ctx.set("Idempotency-Replayed", "true");
  const venue = await findVenue(venues, creation.type === "replayed" ? creation.id : id);
  ctx.set("Location", locationOf(ctx.path, venue.id));
  send(ctx, 201, venue, "Venue created successfully");
}

async function update(venues: Venues, ctx: Context): Promise<void> {
  const { role, userId } = principalOf(ctx);
  const body = parseBody(updateVenueBody, ctx.request.body, VENUE_NAMES);
  const expected = expectedVersion(ctx.get("If-Match"), ETAG_EXAMPLE);
  const id = uuidParam(ctx.params);
  const venue = await findVenue(venues, id);
  if (role !== "admin" && venue.createdBy !== userId) {
    throw new ApiError("AUTH_UNAUTHORIZED", "This is another organizer's venue");
  }
  const changed = await venues.update(id, changesOf(body), expected);
  if (changed === null) throw outdated(await findVenue(venues, id));
  send(ctx, 200, changed, "Venue updated successfully");
}

function changesOf(body: z.output<typeof updateVenueBody>): VenueChanges {
  const { postal_code: postalCode, layout_config: layoutConfig, ...same } = body;
  const changes = { ...same, postalCode, layoutConfig };
  return Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
}

function outdated({ version }: VenueView): ApiError {
  const message = `The venue was changed meanwhile; its version is ${version}`;
  return new ApiError("PRECONDITION_FAILED", message, {
    details: { "If-Match": message },
    extra: { version },
  });
}

function send(ctx: Context, status: number, venue: VenueView, message?: string): void {
  const etag = venueEtagOf(venue);
  ctx.set("ETag", etag);
  ctx.set("Cache-Control", "no-cache");
  if (isUnchanged(ctx, etag)) {
    ctx.status = 304;
    return;
  }
  succeed(ctx, status, presentVenue(venue), message === undefined ? {} : { message });
}
