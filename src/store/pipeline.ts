import { sqlStateOf } from "./database.ts";

/** What every statement behind a failed one answers; it says nothing about the cause. */
const IN_FAILED_TRANSACTION = "25P02";

/**
 * Waits for all answers of statements sent together. Where some failed, throws the one that was the cause, after
 * the last has answered: nothing of the pipeline is then still under way.
 */
export async function allAnswers<const T extends readonly unknown[]>(
  promises: T,
): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  const settled = await Promise.allSettled(promises);
  const failures = settled.filter((answer) => answer.status === "rejected").map(({ reason }) => reason);
  if (failures.length > 0) {
    throw failures.find((reason) => sqlStateOf(reason) !== IN_FAILED_TRANSACTION) ?? failures[0];
  }
  return settled.map((answer) => (answer as PromiseFulfilledResult<unknown>).value) as {
    -readonly [K in keyof T]: Awaited<T[K]>;
  };
}
