import type { EventBooks, Evidence } from "../evidence.ts";
import { type Judgement, judged } from "../judgement.ts";
import { Stock, type TierStock } from "../ledger/stock.ts";

/** At every ledger number, in the counters at the end, and in every figure that a client was shown. */
export function judgeCapacity({ events, history }: Evidence): Judgement {
  return judged([...events.flatMap(oversold), ...history.attempts.flatMap(impossibleFigures)]);
}

/** An event that is oversold stays so for many entries: each tier is told once, where it began. */
function oversold({ eventId, ledger, tiers }: EventBooks): string[] {
  const stock = new Stock();
  const over = new Map<TierStock, string>();
  for (const entry of ledger) {
    for (const tier of stock.take(entry)) {
      const { name, held, sold, blocked, capacity } = tier;
      if (over.has(tier) || held + sold + blocked <= capacity) continue;
      const says = `event ${eventId}, ledger ${entry.seq}: tier ${name} has ${held} held + ${sold} sold + ${blocked} blocked of ${capacity}`;
      over.set(tier, says);
    }
  }
  const counted = tiers
    .filter(({ held, sold, blocked, capacity }) => held + sold + blocked > capacity)
    .map(
      ({ name, held, sold, capacity }) =>
        `event ${eventId}: tier ${name} counts ${held} held + ${sold} sold of ${capacity}`,
    );
  return [...over.values(), ...counted];
}

function impossibleFigures({ invoke, done }: Evidence["history"]["attempts"][number]): string[] {
  if (invoke.op.type !== "read" || done?.type !== "ok") return [];
  const { available = 0, sold = 0, capacity = Number.POSITIVE_INFINITY } = done.body;
  const isPossible = available >= 0 && sold >= 0 && available + sold <= capacity;
  return isPossible
    ? []
    : [`read ${invoke.id} showed ${available} available and ${sold} sold of ${capacity}`];
}
