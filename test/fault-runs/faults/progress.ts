import { until } from "../../support/until.ts";
import type { FaultRun } from "../fault.ts";

const UNDER_WAY = 30;
/** Nothing that the product promises: only so that a run does not hang. */
const PROGRESS_MS_MAX = 20_000;
const LOOK_MS = 10;

/** Decisions that stand in the ledgers of all events. */
export async function decisions({ system }: Pick<FaultRun, "system">): Promise<number> {
  const { rows } = await system.db.query("select coalesce(sum(ledger_seq), 0)::integer as n from actor");
  return rows[0].n;
}

/** Resolves when clients are well at work: `count` more commands are decided than now. */
export async function untilUnderWay(run: Pick<FaultRun, "system">, count = UNDER_WAY): Promise<void> {
  const before = await decisions(run);
  let lookAt = 0;
  await until(
    `${count} commands are decided`,
    async () => {
      if (performance.now() < lookAt) return false;
      lookAt = performance.now() + LOOK_MS;
      return (await decisions(run)) >= before + count;
    },
    PROGRESS_MS_MAX,
  );
}
