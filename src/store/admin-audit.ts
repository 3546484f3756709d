import type { AuditEntry, AuditFilter } from "../identity/directory.ts";
import type { Actor } from "../identity/principal.ts";
import type { Queryable } from "./database.ts";

interface AuditRow extends Omit<AuditEntry, "actor"> {
  readonly actorId: string | null;
  readonly actor: string;
}

const FILTER = "where $1::uuid is null or subject_id = $1";

/** Writes down who did what, in the transaction that does it. */
export async function writeAudit(
  tx: Queryable,
  entry: Omit<AuditEntry, "at" | "actor"> & { readonly actor: Actor },
): Promise<void> {
  const { id, actor, action, subjectId, changes } = entry;
  await tx.query(
    "insert into admin_audit (id, actor_id, actor, action, subject_id, changes) values ($1, $2, $3, $4, $5, $6)",
    [id, actor.id, actor.name, action, subjectId, JSON.stringify(changes)],
  );
}

/** A page of what was written down, the latest first. */
export async function readAudit(
  db: Queryable,
  { subjectId, limit, offset }: AuditFilter,
): Promise<{ readonly entries: readonly AuditEntry[]; readonly total: number }> {
  const [page, count] = await Promise.all([
    db.query<AuditRow>({
      name: "audit-list",
      text: `select id, at, actor_id as "actorId", actor, action, subject_id as "subjectId", changes
        from admin_audit ${FILTER} order by id desc limit $2 offset $3`,
      values: [subjectId, limit, offset],
    }),
    db.query<{ total: number }>({
      name: "audit-count",
      text: `select count(*) as total from admin_audit ${FILTER}`,
      values: [subjectId],
    }),
  ]);
  const entries = page.rows.map(({ actorId, actor, ...row }) => ({
    ...row,
    actor: { id: actorId, name: actor },
  }));
  return { entries, total: count.rows[0]?.total ?? 0 };
}
