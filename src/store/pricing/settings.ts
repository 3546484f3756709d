import type { EventId, UserId } from "../../domain/ids.ts";
import type { PricingSettings } from "../../pricing/advice.ts";
import type { Queryable } from "../database.ts";

type Row = PricingSettings & { readonly eventId: string };

export async function readPricingSettings(
  db: Queryable,
  eventIds: readonly string[],
): Promise<Map<string, PricingSettings>> {
  const { rows } = await db.query<Row>({
    name: "pricing-settings",
    text: `select event_id as "eventId", floor_minor as "floorMinor", ceiling_minor as "ceilingMinor",
                  step_max as "stepMax", cool_down_s * 1000::bigint as "coolDownMs", is_autopilot as "isAutopilot"
             from pricing_setting where event_id = any($1::uuid[])`,
    values: [eventIds],
  });
  return new Map(rows.map(({ eventId, ...settings }) => [eventId, settings]));
}

/** Writes all settings of an event, and starts or stops its autopilot's clock with them. */
export async function writePricingSettings(
  db: Queryable,
  {
    eventId,
    by,
    settings,
  }: { readonly eventId: EventId; readonly by: UserId; readonly settings: PricingSettings },
): Promise<void> {
  const { floorMinor, ceilingMinor, stepMax, coolDownMs, isAutopilot } = settings;
  await db.query({
    name: "pricing-settings-write",
    text: `with kept as (
             insert into pricing_setting (event_id, floor_minor, ceiling_minor, step_max, cool_down_s, is_autopilot, updated_by)
             values ($1, $2, $3, $4, $5, $6, $7)
             on conflict (event_id) do update
                set floor_minor = excluded.floor_minor, ceiling_minor = excluded.ceiling_minor,
                    step_max = excluded.step_max, cool_down_s = excluded.cool_down_s,
                    is_autopilot = excluded.is_autopilot, updated_by = excluded.updated_by, updated_at = now()
           ), stopped as (
             delete from pricing_run where event_id = $1 and not $6
           )
           insert into pricing_run (event_id, due_at) select $1, now() where $6 on conflict (event_id) do nothing`,
    values: [
      eventId,
      floorMinor,
      ceilingMinor,
      stepMax,
      coolDownMs === null ? null : Math.round(coolDownMs / 1_000),
      isAutopilot,
      by,
    ],
  });
}
