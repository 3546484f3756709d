import type { PricedEvent } from "../pricing/advice.ts";
import { ApiError } from "./errors.ts";
import type { PricingDesk } from "./pricing-desk.ts";
import type { AppState } from "./state.ts";

interface Asking {
  readonly state: AppState;
}

/** @throws ApiError EVENT_NOT_FOUND */
export async function findPriced(
  pricing: Pick<PricingDesk, "priced">,
  eventId: string,
): Promise<PricedEvent> {
  const [priced] = await pricing.priced([eventId]);
  if (priced === undefined) throw notFound();
  return priced;
}

/** Another organiser's event is as good as none. @throws ApiError EVENT_NOT_FOUND */
export async function findOwnPriced(
  pricing: Pick<PricingDesk, "priced">,
  ctx: Asking,
  eventId: string,
): Promise<PricedEvent> {
  const priced = await findPriced(pricing, eventId);
  if (!isOwnPriced(ctx, priced)) throw notFound();
  return priced;
}

/** Whether whoever asks is the event's organiser, or an admin. */
export function isOwnPriced({ state: { principal } }: Asking, { event }: PricedEvent): boolean {
  if (principal === null || principal === undefined) return false;
  const { role, userId } = principal;
  return role === "admin" || (role === "organizer" && event.createdBy === userId);
}

function notFound(): ApiError {
  return new ApiError("EVENT_NOT_FOUND", "Event not found");
}
