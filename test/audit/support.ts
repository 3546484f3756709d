import { type AuditReport, auditDatabase } from "../../src/audit/audit-database.ts";
import type { AuditSource } from "../../src/audit/ports.ts";
import { verifyCommand } from "../../src/audit/verify-command.ts";
import { waitingAmong, waitingOf } from "../../src/mailbox/waiting.ts";
import { createAuditPool, createAuditSource } from "../../src/store/audit/source.ts";
import type { Engine } from "../engine/engine.ts";
import { silent } from "../support/postgres.ts";

/** A database as `npm run verify` opens it. */
export async function openBooks(url: string): Promise<{ source: AuditSource; close(): Promise<void> }> {
  const pool = createAuditPool(url, silent);
  const source = createAuditSource(pool, { waiting: waitingOf, among: waitingAmong });
  return { source, close: () => pool.end() };
}

/** Runs the command on a database; what it printed and what it showed beside that. */
export async function verify(
  url: string,
  given: readonly string[] = [],
  isTerminal = false,
): Promise<{ readonly code: number; readonly text: string; readonly shown: string }> {
  let [text, shown] = ["", ""];
  const code = await verifyCommand(given, {
    open: () => openBooks(url),
    reasonOf: String,
    print: (more) => {
      text += more;
    },
    screen: {
      isTerminal,
      write: (more) => {
        shown += more;
      },
    },
  });
  return { code, text, shown };
}

export async function reportOf(url: string, eventId: string | null = null): Promise<AuditReport> {
  const { source, close } = await openBooks(url);
  try {
    return await auditDatabase(source, eventId, () => undefined);
  } finally {
    await close();
  }
}

/** Keeps a copy of a table; what is returned puts it back. */
export async function remember(engine: Engine, table: string): Promise<() => Promise<void>> {
  const copy = `remembered_${table.replace(".", "_")}`;
  await engine.pool.query(`create table ${copy} as select * from ${table}`);
  return async () => {
    // In one message, which is one transaction: no foreign key asks after rows that are about to be back.
    await engine.pool.query(
      `set local session_replication_role = replica;
       delete from ${table};
       insert into ${table} select * from ${copy};
       drop table ${copy}`,
    );
  };
}
