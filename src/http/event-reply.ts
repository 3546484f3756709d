import type { RouterContext } from "@koa/router";
import type { EventView } from "../domain/views.ts";
import { isUnchanged } from "./conditions.ts";
import { ApiError } from "./errors.ts";
import { etagOf, presentEvent } from "./presenters/event.ts";
import type { Reads } from "./reads.ts";
import { succeed } from "./reply.ts";
import type { AppState } from "./state.ts";
import { uuidParam } from "./validate.ts";

/** The event id of a path with `:id` or `:eventId`. @throws ApiError VALIDATION_ERROR where it is none. */
export function eventIdOf(params: { readonly id?: string; readonly eventId?: string }): string {
  return uuidParam({ ...params }, params.eventId === undefined ? "id" : "eventId");
}

/** @throws ApiError EVENT_NOT_FOUND. */
export async function findEvent(reads: Pick<Reads, "event">, id: string): Promise<EventView> {
  return found(await reads.event(id));
}

function found(event: EventView | null): EventView {
  if (event === null) throw new ApiError("EVENT_NOT_FOUND", "Event not found");
  return event;
}

/** The same for a page that everybody is shown. @throws ApiError EVENT_NOT_FOUND. */
export async function findEventOfPage(reads: Pick<Reads, "eventOfPage">, id: string): Promise<EventView> {
  return found(await reads.eventOfPage(id));
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
  if (isUnchanged(ctx, etag)) {
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
