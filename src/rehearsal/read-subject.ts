import { Replayer } from "../domain/replay.ts";
import type { RehearsalSource } from "./ports.ts";
import { RecordedSale } from "./recorded-sale.ts";
import { RehearsalRefused } from "./refusal.ts";
import type { Subject } from "./subject.ts";

const PAGE_ENTRIES_MAX = 1_000;
/** Each takes about half a kilobyte of memory until the rehearsal is over. */
export const ENTRIES_MAX = 1_500_000;

/**
 * Reads what is to be rehearsed, the ledger page by page to where it ends at the moment, each page by a statement of its own:
 * entries are written once, so that no snapshot has to be kept.
 * @param wanted `present`: whether what the ledger comes to is needed, too
 * @throws RehearsalRefused where there is no such event, or too much of it
 */
export async function readSubject(
  source: RehearsalSource,
  { id, present }: { readonly id: string; readonly present: boolean },
): Promise<Subject> {
  const rates = await source.rates(id);
  if (rates === null) throw new RehearsalRefused(`there is no event ${id}`);
  const sale = new RecordedSale();
  const replayer = present ? new Replayer() : null;
  for (;;) {
    const entries = await source.ledger(id, sale.head.seq, PAGE_ENTRIES_MAX);
    for (const entry of entries) {
      sale.take(entry);
      const mismatch = replayer?.take(entry) ?? null;
      if (mismatch !== null)
        throw new RehearsalRefused(
          `entry ${mismatch.seq} of the ledger was changed or decided by another version: npm run verify tells more`,
        );
    }
    if (entries.length < PAGE_ENTRIES_MAX) break;
    if (sale.head.seq > ENTRIES_MAX)
      throw new RehearsalRefused(
        `the event has more than ${ENTRIES_MAX} ledger entries, the most that is rehearsed`,
      );
  }
  const [now, turnedAway] = await Promise.all([source.now(), source.turnedAway(id)]);
  return { id, sale, present: replayer?.world ?? null, now, rates, turnedAway };
}
