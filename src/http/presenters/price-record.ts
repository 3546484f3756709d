import type { ChangeEvent } from "../../domain/command.ts";
import { fromMinor } from "../../domain/money.ts";
import type { EventView } from "../../domain/views.ts";
import { inputOf, type PricedEvent } from "../../pricing/advice.ts";
import type { PriceChange } from "../../pricing/history.ts";
import { RULE_VERSION, railsOf } from "../../pricing/pricing.ts";
import { iso } from "./time.ts";

type Shown = Record<string, unknown>;

/** A price with who or what chose it, and why. */
export function presentChange(
  { tier, at, seq, version, note, ...prices }: PriceChange,
  currency: string,
): Shown {
  const { priceMinor, previousMinor } = prices;
  return {
    tier,
    price: fromMinor(priceMinor, currency),
    previous_price: previousMinor === null ? null : fromMinor(previousMinor, currency),
    price_version: version,
    valid_from: iso(at),
    ledger_seq: seq,
    set_by: note?.source ?? "organizer",
    user_id: note?.by ?? null,
    rule_version: note?.rule ?? null,
    reason: note?.reason ?? null,
    inputs: inputsOf(
      note?.inputs.find((one) => one.tier === tier),
      currency,
    ),
  };
}

function inputsOf(inputs: NonNullable<PriceChange["note"]>["inputs"][number] | undefined, currency: string) {
  if (inputs === undefined) return null;
  const { tier: _, idealMinor, timeLeft, revenueChange, demandChange, ...rest } = inputs;
  return {
    ...rest,
    time_to_event: timeLeft,
    ideal_price: fromMinor(idealMinor, currency),
    expected_revenue_change: revenueChange,
    expected_demand_change: demandChange,
  };
}

/** What a booking was charged by: the price that everybody was shown, and what chose it; nothing about the buyer. */
export function presentReceipt(change: PriceChange, currency: string): Shown {
  const { tier, price, price_version, valid_from, ledger_seq, set_by, rule_version, inputs } = presentChange(
    change,
    currency,
  );
  return {
    tier,
    price_shown: price,
    currency,
    price_version,
    valid_from,
    ledger_seq,
    set_by,
    rule_version,
    inputs,
  };
}

/** An event's settings, and the guard rails that they come to. */
export function presentSettings({ settings, event, ...priced }: PricedEvent, now: number): Shown {
  const amount = (minor: number | null | undefined) =>
    minor == null ? null : fromMinor(minor, event.currency);
  return {
    floor_price: amount(settings?.floorMinor),
    ceiling_price: amount(settings?.ceilingMinor),
    max_step_percent: settings?.stepMax == null ? null : percentOf(settings.stepMax),
    cool_down_minutes: settings?.coolDownMs == null ? null : settings.coolDownMs / 60_000,
    autopilot: settings?.isAutopilot ?? false,
    guard_rails: event.tiers.map(({ name }, position) => {
      const rails = railsOf(inputOf({ settings, event, ...priced }, position, now));
      return {
        tier: name,
        floor_price: amount(rails.floorMinor),
        ceiling_price: amount(rails.ceilingMinor),
        max_step_percent: percentOf(rails.stepMax),
        cool_down_minutes: rails.coolDownMs / 60_000,
      };
    }),
    rule_version: RULE_VERSION,
  };
}

/** What a price command came to: 001's reply. */
export function presentApplied(command: ChangeEvent, { eventId, currency }: EventView): Shown {
  const { seenPrices = [], changes, priceNote } = command;
  const tiers = seenPrices.map(({ tier, priceMinor }, at) => {
    const inputs = priceNote?.inputs.find((one) => one.tier === tier);
    return {
      tier,
      old_price: fromMinor(priceMinor, currency),
      new_price: fromMinor(changes.tiers?.[at]?.priceMinor ?? priceMinor, currency),
      expected_impact: {
        revenue_change: percent(inputs?.revenueChange),
        demand_change: percent(inputs?.demandChange),
      },
    };
  });
  const first = tiers.toSorted((a, b) => a.old_price - b.old_price)[0];
  const { old_price = null, new_price = null, expected_impact = null } = first ?? {};
  const { source, rule, reason } = priceNote ?? { source: "organizer", rule: null, reason: null };
  return {
    event_id: eventId,
    currency,
    applied: true,
    old_price,
    new_price,
    expected_impact,
    tiers,
    source,
    rule_version: rule,
    reason,
  };
}

/** 0.15 → "+15%", as 001 prints it. */
function percent(share: number | null | undefined): string | null {
  if (share == null) return null;
  const value = Math.round(share * 1_000) / 10;
  return `${value < 0 ? "" : "+"}${value}%`;
}

/** 0.2 is 20; a stored share is not exact. */
function percentOf(share: number): number {
  return Math.round(share * 100_000) / 1_000;
}
