import type { Outcome } from "../domain/outcome.ts";
import type { SaleFigures } from "../domain/sale-figures.ts";

/** Counts the money of a ledger's outcomes: what came in, what went back, and what is still to go back. */
export class MoneyCount {
  readonly #owedMinor = new Map<string, number>();
  #capturedMinor = 0;
  #refundedMinor = 0;

  hear(outcome: Outcome): void {
    switch (outcome.type) {
      case "PaymentCaptured":
        this.#capturedMinor += outcome.amountMinor;
        return;
      case "RefundOwed":
        this.#owedMinor.set(outcome.refundId, outcome.amountMinor);
        return;
      case "RefundSettled":
        // One that failed is still owed; one that is settled again was paid once.
        if (outcome.failure !== null) return;
        this.#refundedMinor += this.#owedMinor.get(outcome.refundId) ?? 0;
        this.#owedMinor.delete(outcome.refundId);
        return;
      default:
        return;
    }
  }

  get figures(): Pick<SaleFigures, "capturedMinor" | "refundedMinor" | "refundsOwedMinor"> {
    const refundsOwedMinor = [...this.#owedMinor.values()].reduce((sum, minor) => sum + minor, 0);
    return { capturedMinor: this.#capturedMinor, refundedMinor: this.#refundedMinor, refundsOwedMinor };
  }
}
