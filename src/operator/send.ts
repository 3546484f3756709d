import { setTimeout as sleep } from "node:timers/promises";
import type pg from "pg";
import type { Command } from "../domain/command.ts";
import type { CommandId, EventId } from "../domain/ids.ts";
import type { Decision } from "../domain/outcome.ts";
import { type Acceptance, acceptLetters } from "../mailbox/accept.ts";
import type { AcceptSql } from "../mailbox/ports.ts";
import type { Config } from "../ops/config.ts";
import type { Queryable } from "../store/database.ts";
import { countIn, findKeys, readDoors, reserveKeys } from "../store/sql/accepts.ts";
import { findDecisions } from "../store/sql/ledger.ts";

const DECISION_WAIT_MS_MAX = 10_000;
const LOOK_INTERVAL_MS = 50;

/** Puts a command into its event's mailbox, in the caller's transaction: it is sent if and only if that commits. */
export async function acceptIn(
  tx: pg.PoolClient,
  { MAILBOX_DEPTH_MAX: mailboxDepthMax }: Pick<Config, "MAILBOX_DEPTH_MAX">,
  letter: { readonly eventId: EventId; readonly command: Command },
): Promise<Acceptance> {
  const sql = { readDoors, reserveKeys, findKeys, countIn } as unknown as AcceptSql;
  const [acceptance] = await acceptLetters({ sql, mailboxDepthMax }, tx, [{ ...letter, key: null }]);
  return acceptance as Acceptance;
}

/** The decision about a command, or null where it is not there in time. */
export async function awaitDecision(
  db: Queryable,
  command: { readonly eventId: EventId; readonly commandId: CommandId },
): Promise<Decision | null> {
  const deadline = Date.now() + DECISION_WAIT_MS_MAX;
  for (;;) {
    const [entry] = await findDecisions(db, [command]);
    if (entry !== undefined) return entry.decision;
    if (Date.now() >= deadline) return null;
    await sleep(LOOK_INTERVAL_MS);
  }
}

/** What a decision comes to, in one word or with the reason. */
export function told([head]: Decision): string {
  return head.type === "CommandRefused" || head.type === "BookingRejected"
    ? `${head.type}: ${head.reason}`
    : head.type;
}

export function isRefusal([head]: Decision): boolean {
  return head.type === "CommandRefused" || head.type === "BookingRejected";
}
