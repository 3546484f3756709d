import Router, { type RouterContext } from "@koa/router";
import type { EventView } from "../../domain/views.ts";
import { presentOutcomes } from "../presenters/outcome.ts";
import { succeed } from "../reply.ts";
import { feedQuery } from "../schemas/webhooks.ts";
import type { AppState } from "../state.ts";
import { parseQuery } from "../validate.ts";
import type { Ledgers } from "../webhooks.ts";
import { type EventCommandOptions, EventCommands } from "./event-commands.ts";

type Context = RouterContext<AppState>;
type Page = Awaited<ReturnType<Ledgers["read"]>>;

export type FeedRoutesOptions = EventCommandOptions & { readonly ledgers: Ledgers };

interface Asked {
  readonly after: number;
  readonly limit: number;
}

/** What was decided about an event, by number: whoever missed something goes on where they stopped. */
export function feedRoutes(options: FeedRoutesOptions): Router<AppState> {
  const { ledgers } = options;
  const commands = new EventCommands(options);
  return new Router<AppState>().get("/events/:id/feed", async (ctx) => {
    const { wait, ...asked } = parseQuery(feedQuery, ctx.query);
    const event = await commands.findOwn(ctx);
    const page = await pageOf(ledgers, event, asked, { ctx, waitMs: wait * 1_000 });
    succeed(ctx, 200, presentPage(event, asked.after, page));
  });
}

/**
 * A page as soon as there is something in it, at the latest when the wait is over or the client has gone. Nobody waits
 * beyond the event's end: what is decided meanwhile would never be shown.
 */
async function pageOf(
  ledgers: Ledgers,
  { eventId }: EventView,
  { after, limit }: Asked,
  { ctx, waitMs }: { readonly ctx: Context; readonly waitMs: number },
): Promise<Page> {
  const read = () => ledgers.read(eventId, after + 1, limit);
  if (waitMs === 0) return await read();
  const listening = ledgers.listen(eventId);
  ctx.res.once("close", listening.end);
  const deadline = performance.now() + waitMs;
  try {
    for (;;) {
      const page = await read();
      const leftMs = deadline - performance.now();
      const isBeyond = page.event !== null && after > page.event.seq;
      if (page.entries.length > 0 || isBeyond || leftMs <= 0 || listening.isOver) return page;
      await listening.next(leftMs);
    }
  } finally {
    listening.end();
  }
}

/**
 * Whoever asks beyond the end, as after a database was restored, goes on from the end as it was found: what comes then is
 * shown.
 * @param found the event as it was before the page was read
 * @param page its event was read after its entries, so that it knows of all of them
 */
function presentPage(found: EventView, after: number, { entries, event }: Page) {
  const card = event ?? found;
  const next = entries.at(-1)?.seq ?? (after > card.seq ? found.seq : after);
  return {
    event_id: card.eventId,
    outcomes: entries.flatMap((entry) => presentOutcomes(entry, card)),
    next_after: next,
    head_seq: card.seq,
    has_more: next < card.seq,
  };
}
