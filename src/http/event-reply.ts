import type { RouterContext } from "@koa/router";
import { isUuid } from "../domain/ids.ts";
import type { EventView } from "../domain/views.ts";
import { isKnown } from "./conditions.ts";
import { ApiError } from "./errors.ts";
import { etagOf, presentEvent } from "./presenters/event.ts";
import type { Reads } from "./reads.ts";
import { succeed } from "./reply.ts";
import type { AppState } from "./state.ts";
import { malformed } from "./validate.ts";

/** The event id of a path with `:id` or `:eventId`. @throws ApiError VALIDATION_ERROR where it is none. */
export function eventIdOf(params: { readonly id?: string; readonly eventId?: string }): string {
  const name = params.eventId === undefined ? "id" : "eventId";
  const id = (params[name] ?? "").toLowerCase();
  if (!isUuid(id)) throw malformed(name, "must be a UUID");
  return id;
}

/** @throws ApiError EVENT_NOT_FOUND. */
export async function findEvent(reads: Pick<Reads, "event">, id: string): Promise<EventView> {
  const event = await reads.event(id);
  if (event === null) throw new ApiError("EVENT_NOT_FOUND", "Event not found");
  return event;
}

/** Answers with an event and its ETag; 304 where the client has this very one. */
export function sendEvent(
  ctx: RouterContext<AppState>,
  status: number,
  event: EventView,
  message?: string,
): void {
  const etag = etagOf(event);
  ctx.set("ETag", etag);
  ctx.set("Cache-Control", "no-cache");
  ctx.vary(["Authorization", "Accept"]);
  if (ctx.method === "GET" && isKnown(ctx.get("If-None-Match"), etag)) {
    ctx.status = 304;
    return;
  }
  succeed(
    ctx,
    status,
    presentEvent(event, Date.now()),
    message === undefined ? { cached: false } : { message },
  );
}
