import type { ChangeEvent } from "../domain/command.ts";
import type { CommandId, UserId } from "../domain/ids.ts";
import { fromMinor } from "../domain/money.ts";
import type { PriceNote } from "../domain/price-note.ts";
import { availableIn } from "../domain/state.ts";
import { adviseEvent, inputOf, NO_SETTINGS, type PricedEvent, type TierAdvice } from "../pricing/advice.ts";
import { type NextPrice, nextPrices, ownPrice, priceCommand } from "../pricing/price-command.ts";
import { RULE_VERSION } from "../pricing/pricing.ts";
import { recommendPrice } from "../pricing/recommend.ts";
import { minor } from "./drafts/fields.ts";
import { ApiError } from "./errors.ts";
import { iso } from "./presenters/time.ts";
import { refusalError } from "./refusals.ts";

export interface AskedPrice {
  readonly use_ai_recommendation?: boolean | undefined;
  readonly manual_price?: number | undefined;
  readonly tier?: string | undefined;
  readonly reason?: string | undefined;
  readonly confirm?: boolean | undefined;
}

interface Asking {
  readonly id: CommandId;
  readonly by: UserId;
  readonly asked: AskedPrice;
  readonly now: number;
}

/**
 * The command that sets the price that was asked for; null where the recommendation is to keep what there is.
 * @throws ApiError where the tier is not named or not there, or where guard rails hold the price back
 */
export function commandFor(priced: PricedEvent, { id, by, asked, now }: Asking): ChangeEvent | null {
  const { manual_price: manual, reason = null } = asked;
  const whoever = { by, reason };
  if (manual !== undefined) {
    const note: Omit<PriceNote, "inputs"> = { source: "organizer", rule: null, ...whoever };
    return priceCommand(id, [manualPrice(priced, asked, manual, now)], note);
  }
  const prices = recommended(priced, asked, now);
  const note: Omit<PriceNote, "inputs"> = { source: "recommendation", rule: RULE_VERSION, ...whoever };
  return prices.length === 0 ? null : priceCommand(id, prices, note);
}

function manualPrice(priced: PricedEvent, asked: AskedPrice, manual: number, now: number): NextPrice {
  const { event, settings } = priced;
  const position = positionOf(priced, asked);
  const toMinor = minor("manual_price", manual, event.currency);
  const tier = event.tiers[position] as PricedEvent["event"]["tiers"][number];
  const { floorMinor, ceilingMinor, stepMax } = settings ?? NO_SETTINGS;
  const amount = (value: number) => `${fromMinor(value, event.currency)} ${event.currency}`;
  const step = Math.abs(toMinor - tier.priceMinor) / Math.max(1, tier.priceMinor);
  const beyond =
    floorMinor !== null && toMinor < floorMinor
      ? `below the event's floor of ${amount(floorMinor)}`
      : ceilingMinor !== null && toMinor > ceilingMinor
        ? `above the event's ceiling of ${amount(ceilingMinor)}`
        : stepMax !== null && step > stepMax
          ? `more than the event's largest step of ${Math.round(stepMax * 100)} %`
          : null;
  if (beyond !== null && !asked.confirm) {
    throw new ApiError("EVENT_STATE_CONFLICT", `The price is ${beyond}; send confirm: true if it is meant`, {
      details: { confirm: `is needed: the price is ${beyond}` },
    });
  }
  const advice = recommendPrice(inputOf(priced, position, now));
  return ownPrice(priced, { tier: tier.name, advice }, toMinor, now);
}

/** @throws ApiError where a single tier is meant and not named, or not there */
function positionOf({ event }: PricedEvent, { tier }: AskedPrice): number {
  const tiers = event.tiers.map((one) => ({
    tier: one.name,
    available: availableIn(one),
    priceMinor: one.priceMinor,
  }));
  if (tier === undefined && event.tiers.length > 1) {
    throw refusalError({ reason: "TiersAreSeveral", facts: { tiers } }, event.currency);
  }
  const position = tier === undefined ? 0 : event.tiers.findIndex(({ name }) => name === tier);
  if (position >= 0) return position;
  throw refusalError({ reason: "TierNotFound", facts: { tier: tier ?? "", tiers } }, event.currency);
}

function recommended(priced: PricedEvent, asked: AskedPrice, now: number): NextPrice[] {
  if (priced.isBehind) {
    throw new ApiError(
      "EVENT_STATE_CONFLICT",
      "The event's figures are being brought up to date; ask again later",
    );
  }
  if (asked.tier !== undefined) positionOf(priced, asked);
  const advised = adviseEvent(priced, now).filter(
    ({ tier }) => asked.tier === undefined || tier === asked.tier,
  );
  const prices = nextPrices(advised);
  const waiting = advised.find(({ advice }) => advice.waitsUntil !== null);
  if (prices.length === 0 && waiting !== undefined) throw heldBack(waiting);
  return prices;
}

/** Why the guard rails keep a recommendation from being applied now. */
function heldBack({ tier, advice }: TierAdvice): ApiError {
  const from = iso(advice.waitsUntil);
  return new ApiError(
    "EVENT_STATE_CONFLICT",
    `The price of tier "${tier}" changed recently and may change by itself again from ${from}`,
    { extra: { reasoning: advice.reasons, held_back_by: advice.heldBackBy, applicable_from: from } },
  );
}
