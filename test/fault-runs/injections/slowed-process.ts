import { setTimeout as sleep } from "node:timers/promises";
import type { RoleProcess } from "../system/role-process.ts";

const PERIOD_MS = 100;

/**
 * Does some work while a process runs for a part of the time only, because it is stopped for the rest.
 * @param share of the time that it runs, from 0 (it stands still) to 1
 */
export async function whileSlowed<T>(
  process: RoleProcess,
  share: number,
  work: () => Promise<T>,
): Promise<T> {
  const runMs = PERIOD_MS * share;
  let isOver = false;
  const slowing = (async () => {
    while (!isOver) {
      process.freeze();
      await sleep(PERIOD_MS - runMs);
      if (runMs > 0) process.thaw();
      await sleep(runMs);
    }
  })();
  try {
    return await work();
  } finally {
    isOver = true;
    await slowing;
    process.thaw();
  }
}
