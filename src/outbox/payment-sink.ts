import { type PaymentTask, paymentTasksOf } from "../domain/payment-task.ts";
import type { Sink } from "./relay.ts";

/**
 * Hands what turns owe to payment providers over to the cashier, and no more: providers take their time, and what is
 * claimed from the outbox is held by a transaction.
 */
export function paymentSink(
  add: (tasks: readonly (PaymentTask & { readonly trace: string | null })[]) => Promise<void>,
): Sink {
  return {
    async deliver(entries) {
      const tasks = entries.flatMap((entry) =>
        paymentTasksOf(entry).map((task) => ({ ...task, trace: entry.trace ?? null })),
      );
      if (tasks.length > 0) await add(tasks);
    },
  };
}
