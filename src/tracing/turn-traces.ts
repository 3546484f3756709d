import { SpanKind } from "@opentelemetry/api";
import type { TracedDecision, TracedTurn } from "../engine/ports.ts";
import { contextOf, turnSpanIdOf } from "./carrier.ts";
import { SHARED_BY_MAX } from "./shared-work.ts";
import { below, type Spans } from "./spans.ts";

/**
 * Tells of turns in the traces of the commands that they decided. A turn decides many commands, and each that is traced gets
 * the whole turn below the span that sent it: how long it waited in its mailbox, the phases, the statements. Called when
 * the turn is over, so that deciding costs nothing.
 */
export class TurnTraces {
  readonly #spans: Spans;

  constructor(spans: Spans) {
    this.#spans = spans;
  }

  tell(turn: TracedTurn): void {
    for (const [at, decision] of turn.decisions.entries()) this.#tell(turn, decision, at < SHARED_BY_MAX);
  }

  #tell(turn: TracedTurn, decision: TracedDecision, isTold: boolean): void {
    const sender = contextOf(decision.trace);
    if (sender === null) return;
    const { fromMs, toMs, laps, statements } = turn;
    const { command, outcome, waitedMs } = decision;
    if (waitedMs !== null && waitedMs > 0) {
      this.#spans.record(below(sender), { name: "mailbox", fromMs: fromMs - waitedMs, toMs: fromMs });
    }
    const context = this.#spans.record(below(sender), {
      name: `turn ${command}`,
      kind: SpanKind.CONSUMER,
      spanId: turnSpanIdOf(sender),
      fromMs,
      toMs,
      error: decision.isFailed ? "CommandFailed" : null,
      attributes: {
        "evently.command": command,
        "evently.outcome": outcome,
        "evently.event.id": decision.eventId,
        "evently.turn.envelopes": turn.envelopes,
        "evently.turn.events": turn.events,
      },
    });
    if (!isTold) return;
    for (const { phase, fromMs: from, toMs: to } of laps) {
      const lap = this.#spans.record(context, { name: `turn ${phase}`, fromMs: from, toMs: to });
      const sent = statements.filter((statement) => statement.fromMs >= from && statement.fromMs < to);
      for (const statement of sent) this.#spans.recordStatement(lap, statement);
    }
  }
}
