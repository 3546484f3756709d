import { LatencyHistogram } from "../lib/statistics.ts";
import type { HttpAnswer } from "./http-connection.ts";
import type { WindowSeen } from "./messages.ts";

/** Counts what becomes of the requests that were to be sent within one window, whenever they are answered. */
export class LoadWindow {
  readonly #decided = new LatencyHistogram();
  readonly #accepted = new LatencyHistogram();
  readonly #refused = new LatencyHistogram();
  readonly #refusedSinceSent = new LatencyHistogram();
  readonly #other = new LatencyHistogram();
  readonly #unanswered = new LatencyHistogram();
  readonly #otherUnanswered = new LatencyHistogram();
  readonly #lag = new LatencyHistogram();
  readonly #refusedByCode: Record<string, number> = {};
  #offered = 0;
  #broken = 0;
  #gaveUp = 0;
  #atEnd = { inFlight: 0, waiting: 0, connections: 0 };

  arrived(lagMs: number): void {
    this.#offered += 1;
    this.#lag.add(lagMs);
  }

  /**
   * @param answer null where the connection ended without one
   * @param took milliseconds from the intended and from the true time of sending
   */
  answered(
    answer: HttpAnswer | null,
    isBooking: boolean,
    { latencyMs, sinceSentMs }: { readonly latencyMs: number; readonly sinceSentMs: number },
  ): void {
    if (answer === null) this.#broken += 1;
    else if (answer.status < 200 || answer.status >= 300) {
      this.#refuse(answer, latencyMs);
      this.#refusedSinceSent.add(sinceSentMs);
    } else if (!isBooking) this.#other.add(latencyMs);
    else if (answer.status === 202) this.#accepted.add(latencyMs);
    else this.#decided.add(latencyMs);
  }

  gaveUp(): void {
    this.#gaveUp += 1;
  }

  unanswered(waitedMs: number, isBooking: boolean): void {
    (isBooking ? this.#unanswered : this.#otherUnanswered).add(waitedMs);
  }

  ended(atEnd: { readonly inFlight: number; readonly waiting: number; readonly connections: number }): void {
    this.#atEnd = atEnd;
  }

  seen(): WindowSeen {
    return {
      offered: this.#offered,
      decided: this.#decided.encode(),
      accepted: this.#accepted.encode(),
      refused: this.#refused.encode(),
      refusedSinceSent: this.#refusedSinceSent.encode(),
      other: this.#other.encode(),
      unanswered: this.#unanswered.encode(),
      otherUnanswered: this.#otherUnanswered.encode(),
      lag: this.#lag.encode(),
      refusedByCode: this.#refusedByCode,
      broken: this.#broken,
      gaveUp: this.#gaveUp,
      ...this.#atEnd,
    };
  }

  #refuse({ status, code }: HttpAnswer, latencyMs: number): void {
    const name = code === null ? `${status}` : `${status} ${code}`;
    this.#refusedByCode[name] = (this.#refusedByCode[name] ?? 0) + 1;
    this.#refused.add(latencyMs);
  }
}
