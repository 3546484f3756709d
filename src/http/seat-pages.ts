import { LRUCache } from "lru-cache";
import type { Seating } from "../domain/seating.ts";
import type { EventView, TakenSeats } from "../domain/views.ts";
import { SeatRows } from "./presenters/seat-rows.ts";
import { renderSeats } from "./presenters/seats.ts";
import type { Reads } from "./reads.ts";
import type { SeatsQuery } from "./schemas/seating.ts";

const PAGE_BYTES_MAX = 64 * 1_024 * 1_024;
const PAGES_MAX = 10_000;
/** What a page takes besides its text. */
const PAGE_OVERHEAD_BYTES = 1_024;
/** About 100 bytes of text each. */
const ROW_SEATS_MAX = 500_000;
const ROW_SETS_MAX = 2_000;
const NO_SEATS: Seating = { count: 0, rows: [], sections: [] };

/** A whole reply with seats, ready to be sent any number of times. */
export interface SeatPage {
  readonly version: number;
  /** It shows at least what the ledger said at this number. */
  readonly seq: number;
  readonly body: Buffer;
  /** False: its filter matches nothing that the event has. */
  readonly isInLayout: boolean;
}

type SeatReads = Pick<Reads, "event" | "seating" | "takenSeats">;

/**
 * Replies with seats. While nothing changes one is rendered once; while an event sells, one at a time is rendered for
 * each filter and answers everybody who asked meanwhile for what is no newer. Filters that nothing can match, of which
 * anybody can think up any number, cost neither a read of seats nor a place among the pages.
 */
export class SeatPages {
  readonly #reads: SeatReads;
  readonly #pages = new LRUCache<string, SeatPage>({
    max: PAGES_MAX,
    maxSize: PAGE_BYTES_MAX,
    sizeCalculation: ({ body }) => PAGE_OVERHEAD_BYTES + body.length,
  });
  readonly #rows = new LRUCache<string, SeatRows>({ max: ROW_SETS_MAX, maxSize: ROW_SEATS_MAX });
  readonly #underWay = new Map<string, Promise<SeatPage>>();
  readonly #takenUnderWay = new Map<string, Promise<TakenSeats>>();

  constructor(reads: SeatReads) {
    this.#reads = reads;
  }

  /** The seats of an event, no older than this view of it. */
  async page(event: EventView, filter: SeatsQuery): Promise<SeatPage> {
    const { status, section = null, price_tier: tier = null } = filter;
    const seating = event.isSeated ? ((await this.#reads.seating(event.eventId)) ?? NO_SEATS) : NO_SEATS;
    if (!isInLayout(event, seating, filter)) return emptyPage(event, filter);
    const key = JSON.stringify([event.eventId, status, section, tier]);
    for (;;) {
      const known = this.#pages.get(key);
      if (known !== undefined && known.seq >= event.seq) return known;
      const underWay = this.#underWay.get(key);
      if (underWay !== undefined) {
        const page = await underWay;
        if (page.seq >= event.seq) return page;
        // It was begun before what this request saw; others who waited may have begun the next one.
        continue;
      }
      const rendering = this.#render(event, seating, filter)
        .then((page) => {
          this.#pages.set(key, page);
          return page;
        })
        .finally(() => this.#underWay.delete(key));
      this.#underWay.set(key, rendering);
      return await rendering;
    }
  }

  async #render(seen: EventView, seating: Seating, filter: SeatsQuery): Promise<SeatPage> {
    const { eventId } = seen;
    const taken = seen.isSeated ? await this.#taken(seen) : { seq: seen.seq, taken: [] };
    // Prices and tiers without seats are to be no older than the seats.
    const event = taken.seq === seen.seq ? seen : ((await this.#reads.event(eventId)) ?? seen);
    const status = new Uint8Array(seating.count);
    for (const one of taken.taken) status[one.seat] = one.status;
    const rows = this.#rowsOf(eventId, seating, filter.status).rows(event, status);
    const seq = Math.min(event.seq, taken.seq);
    const data = renderSeats({ event, seq, seating, status, rows }, filter);
    return pageOf({ version: event.version, seq, isInLayout: true }, data);
  }

  /** The seats taken, no older than this view: one read of an event at a time serves all filters asked for meanwhile. */
  async #taken({ eventId, seq }: EventView): Promise<TakenSeats> {
    for (;;) {
      const underWay = this.#takenUnderWay.get(eventId);
      if (underWay === undefined) break;
      const taken = await underWay;
      if (taken.seq >= seq) return taken;
    }
    const reading = this.#reads.takenSeats(eventId).finally(() => this.#takenUnderWay.delete(eventId));
    this.#takenUnderWay.set(eventId, reading);
    return await reading;
  }

  #rowsOf(eventId: string, seating: Seating, status: SeatsQuery["status"]): SeatRows {
    const key = `${eventId} ${status}`;
    const known = this.#rows.get(key);
    if (known !== undefined) return known;
    const rows = new SeatRows(seating, status);
    this.#rows.set(key, rows, { size: Math.max(1, seating.count) });
    return rows;
  }
}

/** Whether the layout has the section and the tier asked for, and the one in the other. */
function isInLayout(
  { tiers }: EventView,
  { sections }: Seating,
  { section, price_tier: tier }: SeatsQuery,
): boolean {
  if (section === undefined) return tier === undefined || tiers.some(({ name }) => name === tier);
  return sections.some(
    (one) => one.name === section && (tier === undefined || tiers[one.tier]?.name === tier),
  );
}

function emptyPage(event: EventView, filter: SeatsQuery): SeatPage {
  const { version, seq } = event;
  const seen = { event, seq, seating: NO_SEATS, status: new Uint8Array(0), rows: [] };
  return pageOf({ version, seq, isInLayout: false }, renderSeats(seen, filter));
}

/** A page in the envelope of every reply; `timestamp` is when it was read. */
function pageOf(at: Omit<SeatPage, "body">, data: readonly Uint8Array[]): SeatPage {
  const timestamp = new Date().toISOString();
  const end = Buffer.from(`,"timestamp":"${timestamp}"}`);
  return { ...at, body: Buffer.concat([Buffer.from('{"success":true,"data":'), ...data, end]) };
}
