import type { Outcome } from "../../../../src/domain/outcome.ts";
import type { EventBooks, Evidence } from "../evidence.ts";
import { findingsOf } from "../findings.ts";
import { type Judgement, judged, notJudged } from "../judgement.ts";
import { isBefore, Line } from "../ledger/line.ts";
import { Stock } from "../ledger/stock.ts";

/** Every offer goes to the first in the line for whom there are tickets, and none of them waits for what is there. */
export function judgeWaitlist({ events, findings }: Evidence): Judgement {
  const violations = [...events.flatMap(outOfOrder), ...findingsOf(findings, "I10")];
  const hasLine = events.some(({ ledger }) =>
    ledger.some(({ decision }) => decision.some(({ type }) => type === "WaitlistJoined")),
  );
  return hasLine ? judged(violations) : notJudged("nobody waited", violations);
}

/** Whether the line is served at the moment. */
class Serving {
  #isActive = true;
  #isOpen = false;
  #isPaused = false;
  #isToContinue = false;

  get isOn(): boolean {
    return this.#isActive && this.#isOpen && !this.#isPaused && !this.#isToContinue;
  }

  hear(outcome: Outcome): void {
    switch (outcome.type) {
      case "EventCreated":
      case "EventChanged":
        this.#isOpen = outcome.saleStatus === "open";
        if (outcome.saleStatus === "closed") this.#isPaused = false;
        if (!this.#isOpen) this.#isToContinue = false;
        return;
      case "SaleOpened":
        this.#isOpen = true;
        return;
      case "SaleClosed":
        this.#isOpen = false;
        this.#isPaused = false;
        this.#isToContinue = false;
        return;
      case "SalePaused":
      case "SaleResumed":
        this.#isPaused = outcome.type === "SalePaused";
        return;
      case "WaitlistToContinue":
      case "WaitlistProcessed":
        this.#isToContinue = outcome.type === "WaitlistToContinue";
        return;
      case "EventCancelled":
      case "EventCompleted":
        this.#isActive = false;
        return;
      default:
    }
  }
}

function outOfOrder({ eventId, ledger }: EventBooks): string[] {
  const stock = new Stock();
  const line = new Line(stock);
  const serving = new Serving();
  const violations: string[] = [];
  let isLeftWaiting = false;
  for (const { seq, decision } of ledger) {
    for (const outcome of decision) {
      const wrong = outcome.type === "OfferMade" ? wrongOffer(outcome, line) : null;
      if (wrong !== null) violations.push(`event ${eventId}, ledger ${seq}: ${wrong}`);
      line.hear(outcome);
      stock.hear(outcome);
      serving.hear(outcome);
    }
    const waiting = serving.isOn ? line.firstServable() : null;
    // It stays so for many entries: told where it begins.
    if (waiting !== null && !isLeftWaiting) {
      violations.push(
        `event ${eventId}, ledger ${seq}: ${waiting.entryId} waits for ${waiting.quantity} tickets that are there`,
      );
    }
    isLeftWaiting = waiting !== null;
  }
  return violations;
}

function wrongOffer(
  { entryId, userId, quantity }: Extract<Outcome, { type: "OfferMade" }>,
  line: Line,
): string | null {
  const one = line.find(entryId);
  if (one === null) return `an offer is made to ${entryId}, who does not wait`;
  if (one.userId !== userId || one.quantity !== quantity)
    return `the offer to ${entryId} is another one than was waited for`;
  const first = line.firstServable();
  if (first === null) return `an offer is made to ${entryId} of tickets that are not there`;
  return isBefore(first, one)
    ? `an offer is made to ${entryId} before ${first.entryId}, who stands before it`
    : null;
}
