import { setImmediate as immediate } from "node:timers/promises";
import Router, { type RouterContext } from "@koa/router";
import type { Middleware } from "koa";
import type { ChangeEvent } from "../../domain/command.ts";
import type { UserId } from "../../domain/ids.ts";
import { adviseEvent, type PricedEvent } from "../../pricing/advice.ts";
import { eventIdOf } from "../event-reply.ts";
import { findOwnPriced, findPriced, isOwnPriced } from "../find-priced.ts";
import { requestKey } from "../idempotency.ts";
import { principalOf } from "../middleware/authenticate.ts";
import { presentApplied } from "../presenters/price-record.ts";
import { presentOwnPrices, presentPrices, presentRecommendation } from "../presenters/pricing.ts";
import { type AskedPrice, commandFor } from "../price-applier.ts";
import type { PricingDesk } from "../pricing-desk.ts";
import type { Reads } from "../reads.ts";
import { succeed, succeedWithPage } from "../reply.ts";
import { LIST_DEFAULT, pageOf, pageQuery } from "../schemas/lists.ts";
import { APPLY_PRICE_NAMES, applyPriceBody } from "../schemas/pricing.ts";
import type { AppState } from "../state.ts";
import { parseBody, parseQuery } from "../validate.ts";
import { acceptedForLater, type EventCommandOptions, EventCommands } from "./event-commands.ts";
import { PricingSettingsRoutes } from "./pricing-settings.ts";

type Context = RouterContext<AppState>;

export type PricingRoutesOptions = EventCommandOptions & {
  readonly reads: Pick<Reads, "event" | "keyUse">;
  readonly pricing: PricingDesk;
  readonly readBody: Middleware<AppState>;
};

/** Prices: what they are and were, what is recommended, and setting them. */
export function pricingRoutes(options: PricingRoutesOptions): Router<AppState> {
  const { readBody } = options;
  const routes = new PricingRoutes(options);
  const settings = new PricingSettingsRoutes(options.pricing);
  return new Router<AppState>()
    .get("/pricing/recommendations", (ctx) => routes.recommend(ctx))
    .get("/pricing/event/:eventId", (ctx) => routes.show(ctx))
    .post("/pricing/event/:eventId/apply", readBody, (ctx) => routes.apply(ctx))
    .get("/pricing/event/:eventId/settings", (ctx) => settings.show(ctx))
    .put("/pricing/event/:eventId/settings", readBody, (ctx) => settings.change(ctx))
    .patch("/pricing/event/:eventId/settings", readBody, (ctx) => settings.change(ctx));
}

class PricingRoutes {
  readonly #options: PricingRoutesOptions;
  readonly #commands: EventCommands;

  constructor(options: PricingRoutesOptions) {
    this.#options = options;
    this.#commands = new EventCommands(options);
  }

  async recommend(ctx: Context): Promise<void> {
    const { pricing } = this.#options;
    const page = pageOf(parseQuery(pageQuery, ctx.query), LIST_DEFAULT);
    const { role, userId } = principalOf(ctx);
    const { eventIds, total } = await pricing.onSale({ ownerId: role === "admin" ? null : userId, ...page });
    const shown: Record<string, unknown>[] = [];
    for (const priced of await pricing.priced(eventIds)) {
      if (priced.isBehind) continue;
      for (const advised of adviseEvent(priced, Date.now()))
        shown.push(presentRecommendation(priced, advised));
      // Each event takes a few milliseconds; whoever buys meanwhile does not wait for all of them.
      await immediate();
    }
    succeedWithPage(ctx, shown, { page, total });
  }

  async show(ctx: Context): Promise<void> {
    const priced = await findPriced(this.#options.pricing, eventIdOf(ctx.params));
    const now = Date.now();
    if (!isOwnPriced(ctx, priced)) return succeed(ctx, 200, presentPrices(priced.event, priced.history));
    const advised = priced.isBehind ? [] : adviseEvent(priced, now);
    succeed(ctx, 200, presentOwnPrices(priced, advised, now));
  }

  async apply(ctx: Context): Promise<void> {
    const asked: AskedPrice = parseBody(applyPriceBody, ctx.request.body, APPLY_PRICE_NAMES);
    const priced = await findOwnPriced(this.#options.pricing, ctx, eventIdOf(ctx.params));
    const { event } = priced;
    const command = await this.#commandFor(ctx, priced, asked);
    if (command === null) return this.#keep(ctx, priced);
    const standing = await this.#commands.submit(ctx, event, command, asked);
    if (standing.type === "queued") {
      return acceptedForLater(ctx, event, "The price change is accepted and under way");
    }
    const applied = presentApplied(
      (standing.type === "decided" ? standing.entry.command : command) as ChangeEvent,
      event,
    );
    const { old_price, new_price, expected_impact } = applied;
    succeed(ctx, 200, applied, { old_price, new_price, expected_impact, message: "Price changed" });
  }

  /** What is to be sent; for a request that was made before, anything: it is answered by what came of it. */
  async #commandFor(ctx: Context, priced: PricedEvent, asked: AskedPrice): Promise<ChangeEvent | null> {
    const id = this.#commands.newId();
    const by = principalOf(ctx).userId as UserId;
    const key = requestKey(ctx, by, asked);
    const earlier = key === null ? null : await this.#options.reads.keyUse(key.digest);
    if (earlier !== null) return { type: "ChangeEvent", id, changes: {} };
    return commandFor(priced, { id, by, asked, now: Date.now() });
  }

  #keep(ctx: Context, priced: PricedEvent): void {
    const { event, history } = priced;
    const { current_price } = presentPrices(event, history);
    const reasoning = adviseEvent(priced, Date.now()).flatMap(({ advice }) => advice.reasons);
    const kept = {
      old_price: current_price,
      new_price: current_price,
      expected_impact: { revenue_change: "+0%", demand_change: "+0%" },
    };
    const shown = { event_id: event.eventId, currency: event.currency, applied: false, ...kept, reasoning };
    succeed(ctx, 200, shown, { ...kept, message: "The recommendation is to keep the price" });
  }
}
