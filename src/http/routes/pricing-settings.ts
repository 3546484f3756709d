import type { RouterContext } from "@koa/router";
import type { UserId } from "../../domain/ids.ts";
import { NO_SETTINGS, type PricedEvent, type PricingSettings } from "../../pricing/advice.ts";
import { defined, minor } from "../drafts/fields.ts";
import { eventIdOf } from "../event-reply.ts";
import { findOwnPriced } from "../find-priced.ts";
import { principalOf } from "../middleware/authenticate.ts";
import { presentSettings } from "../presenters/price-record.ts";
import { iso } from "../presenters/time.ts";
import type { PricingDesk } from "../pricing-desk.ts";
import { succeed } from "../reply.ts";
import { PRICING_SETTINGS_NAMES, pricingSettingsBody } from "../schemas/pricing.ts";
import type { AppState } from "../state.ts";
import { malformed, parseBody } from "../validate.ts";

type Context = RouterContext<AppState>;

/** What an organiser allows rules to do with an event's prices. */
export class PricingSettingsRoutes {
  readonly #pricing: PricingDesk;

  constructor(pricing: PricingDesk) {
    this.#pricing = pricing;
  }

  async show(ctx: Context): Promise<void> {
    const priced = await findOwnPriced(this.#pricing, ctx, eventIdOf(ctx.params));
    succeed(ctx, 200, await this.#settingsOf(priced));
  }

  async change(ctx: Context): Promise<void> {
    const body = parseBody(pricingSettingsBody, ctx.request.body, PRICING_SETTINGS_NAMES);
    const priced = await findOwnPriced(this.#pricing, ctx, eventIdOf(ctx.params));
    const { eventId, currency } = priced.event;
    const inMinor = (field: "floor_price" | "ceiling_price") => {
      const value = body[field];
      return value == null ? value : minor(field, value, currency);
    };
    const coolDown = body.cool_down_minutes;
    const step = body.max_step_percent;
    const settings: PricingSettings = {
      ...(priced.settings ?? NO_SETTINGS),
      ...defined({
        floorMinor: inMinor("floor_price"),
        ceilingMinor: inMinor("ceiling_price"),
        stepMax: step == null ? step : step / 100,
        coolDownMs: coolDown == null ? coolDown : coolDown * 60_000,
        isAutopilot: body.autopilot,
      }),
    };
    if (
      settings.floorMinor !== null &&
      settings.ceilingMinor !== null &&
      settings.floorMinor > settings.ceilingMinor
    ) {
      throw malformed("ceiling_price", "must not be below floor_price");
    }
    await this.#pricing.writeSettings({ eventId, by: principalOf(ctx).userId as UserId, settings });
    succeed(ctx, 200, await this.#settingsOf({ ...priced, settings }), { message: "Settings saved" });
  }

  async #settingsOf(priced: PricedEvent): Promise<Record<string, unknown>> {
    const run = await this.#pricing.lastRun(priced.event.eventId);
    return {
      event_id: priced.event.eventId,
      ...presentSettings(priced, Date.now()),
      autopilot_ran_at: iso(run?.ranAt ?? null),
      autopilot_due_at: iso(run?.dueAt ?? null),
      autopilot_result: run?.result ?? null,
    };
  }
}
