import { IdSource } from "../ops/id-source.ts";
import { writeAudit } from "../store/admin-audit.ts";
import type { Queryable } from "../store/database.ts";
import { textOf } from "./arguments.ts";
import { type Asked, type OperatorIo, type Option, Unusable } from "./command.ts";

/** Of commands that change something: who did it, where the machine's account does not say. */
export const BY: Option = {
  type: "string",
  value: "NAME",
  says: "who does it, for the audit (default: the account on this machine)",
};

/** Who does it, as the audit will say. */
export function actorOf(asked: Asked, { operator }: OperatorIo) {
  return { id: null, name: `operator ${textOf(asked, "by") ?? operator}` };
}

/** Why it is done. @throws Unusable where nothing was said */
export function whyOf(asked: Asked): string {
  const why = textOf(asked, "why");
  if (why === null) throw new Unusable("--why TEXT is needed: the audit keeps it");
  return why;
}

const ids = new IdSource();

export function newId(): string {
  return ids.newId();
}

/** Writes down what an operator did, in the transaction that does it. */
export async function audit(
  tx: Queryable,
  entry: {
    readonly actor: { readonly id: null; readonly name: string };
    readonly action: string;
    readonly subjectId?: string;
    readonly changes: Readonly<Record<string, { readonly from: unknown; readonly to: unknown }>>;
  },
): Promise<void> {
  const id = newId();
  await writeAudit(tx, { ...entry, id, subjectId: entry.subjectId ?? id });
}
