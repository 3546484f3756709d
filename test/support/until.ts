import { setTimeout as sleep } from "node:timers/promises";

/** Waits until something is so. @throws after `msMax`, naming it. */
export async function until<T>(
  what: string,
  look: () => T | Promise<T>,
  msMax = 20_000,
): Promise<NonNullable<Exclude<T, false>>> {
  const deadline = performance.now() + msMax;
  for (;;) {
    const found = await look();
    if (found) return found as NonNullable<Exclude<T, false>>;
    if (performance.now() > deadline) throw new Error(`waited ${msMax} ms in vain: ${what}`);
    await sleep(2);
  }
}
