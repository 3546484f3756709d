import type { RouterContext } from "@koa/router";
import { isUuid } from "../../domain/ids.ts";
import type { BookingView } from "../../domain/views.ts";
import { type BookingContext, showBooking, showBookings } from "../booking-reply.ts";
import { retryAfterOf } from "../desk.ts";
import { ApiError } from "../errors.ts";
import { eventIdOf, findEvent } from "../event-reply.ts";
import { type BookingFinder, findBooking } from "../find-booking.ts";
import { principalOf } from "../middleware/authenticate.ts";
import { presentReceipt } from "../presenters/price-record.ts";
import type { Reads } from "../reads.ts";
import { succeed, succeedWithPage } from "../reply.ts";
import { bookingListQuery } from "../schemas/bookings.ts";
import { type Page, pageFields, pageOf } from "../schemas/lists.ts";
import type { AppState } from "../state.ts";
import { malformed, parseQuery } from "../validate.ts";

type Context = RouterContext<AppState>;

type BookingReads = BookingFinder &
  BookingContext &
  Pick<Reads, "event" | "bookingsOfUser" | "bookingsOfEvent" | "priceOfBooking">;

const LIST_DEFAULT = 20;
const listQuery = bookingListQuery.extend(pageFields);

/** One booking by id or reference, and a person's bookings. */
export class ReadBookingsRoutes {
  readonly #reads: BookingReads;

  constructor(reads: BookingReads) {
    this.#reads = reads;
  }

  async show(ctx: Context, idOrReference: string): Promise<void> {
    const booking = await findBooking(this.#reads, principalOf(ctx), idOrReference);
    if (booking.status === "queued") {
      const { position = 0, decidedPerSecond = null } = booking.line ?? {};
      ctx.set("Retry-After", String(retryAfterOf(position, decidedPerSecond)));
    }
    succeed(ctx, 200, await this.#withReceipt(booking));
  }

  /** The booking with the price that it was made at: what it was, who or what chose it, and from what. */
  async #withReceipt(booking: BookingView): Promise<Record<string, unknown>> {
    const [shown, change] = await Promise.all([
      showBooking(this.#reads, booking),
      booking.unitPriceMinor === null ? null : this.#reads.priceOfBooking(booking),
    ]);
    const receipt = { price_receipt: change === null ? null : presentReceipt(change, booking.currency) };
    return { ...shown, ...receipt, booking: { ...(shown.booking as object), ...receipt } };
  }

  async listOf(ctx: Context): Promise<void> {
    const { userId, role } = principalOf(ctx);
    const asked = (ctx.params.userId ?? "").toLowerCase();
    if (!isUuid(asked)) throw malformed("userId", "must be a UUID");
    if (asked !== userId && role !== "admin") {
      throw new ApiError("AUTH_UNAUTHORIZED", "You can see your own bookings only");
    }
    await this.list(ctx, asked);
  }

  async list(ctx: Context, userId: string): Promise<void> {
    const query = parseQuery(listQuery, ctx.query);
    const page = pageOf(query, LIST_DEFAULT);
    const status = query.status ?? null;
    await this.#answer(ctx, page, await this.#reads.bookingsOfUser({ userId, status, ...page }));
  }

  /** All bookings of an event, for its organizer. */
  async listOfEvent(ctx: Context): Promise<void> {
    const { userId, role } = principalOf(ctx);
    const query = parseQuery(listQuery, ctx.query);
    const page = pageOf(query, LIST_DEFAULT);
    const event = await findEvent(this.#reads, eventIdOf(ctx.params));
    if (role !== "admin" && event.createdBy !== userId) {
      throw new ApiError("AUTH_UNAUTHORIZED", "This is another organizer's event");
    }
    const { eventId } = event;
    const status = query.status ?? null;
    await this.#answer(ctx, page, await this.#reads.bookingsOfEvent({ eventId, status, ...page }));
  }

  async #answer(
    ctx: Context,
    page: Page,
    { bookings, total }: { readonly bookings: readonly BookingView[]; readonly total: number },
  ): Promise<void> {
    const shown = await showBookings(this.#reads, bookings);
    succeedWithPage(ctx, shown, { page, total });
  }
}
