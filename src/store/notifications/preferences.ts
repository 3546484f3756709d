import type pg from "pg";
import type { ChannelName } from "../../notifications/channel.ts";
import type { KindName } from "../../notifications/kinds.ts";
import { type ChannelChoice, changed, type StoredChoice } from "../../notifications/preferences.ts";
import { columnsOf } from "../columns.ts";
import { inTransaction, type Queryable } from "../database.ts";

/** Kind → channels decided anew; null: back to the default. */
export type PreferenceChanges = Readonly<
  Record<string, { readonly [C in ChannelName]?: ChannelChoice | undefined } | null | undefined>
>;

export async function preferencesOf(db: Queryable, userId: string): Promise<StoredChoice[]> {
  const { rows } = await db.query<StoredChoice & { kind: string; wanted: string[]; off: string[] }>({
    name: "preference-list",
    text: "select kind, wanted, off from notification_preference where user_id = $1",
    values: [userId],
  });
  return rows;
}

/** @returns what is stored afterwards. */
export async function changePreferences(
  pool: pg.Pool,
  userId: string,
  changes: PreferenceChanges,
): Promise<StoredChoice[]> {
  return await inTransaction(pool, async (tx) => {
    // Two changes of one person come one after the other: the second sees what the first has made of it.
    await tx.query("select pg_advisory_xact_lock(hashtextextended($1, 4))", [userId]);
    const stored = new Map((await preferencesOf(tx, userId)).map((choice) => [choice.kind, choice]));
    const choices: StoredChoice[] = [];
    for (const [kind, change] of Object.entries(changes) as [KindName, PreferenceChanges[string]][]) {
      if (change) choices.push(changed(kind, stored.get(kind), change));
      else if (change === null) await reset(tx, userId, kind);
    }
    await store(tx, userId, choices);
    return await preferencesOf(tx, userId);
  });
}

async function reset(tx: Queryable, userId: string, kind: string): Promise<void> {
  await tx.query("delete from notification_preference where user_id = $1 and kind = $2", [userId, kind]);
}

async function store(tx: Queryable, userId: string, choices: readonly StoredChoice[]): Promise<void> {
  if (choices.length === 0) return;
  await tx.query(
    `insert into notification_preference (user_id, kind, wanted, off)
     select $1, kind, wanted::text[], off::text[] from unnest($2::text[], $3::text[], $4::text[]) as u (kind, wanted, off)
     on conflict (user_id, kind) do update set wanted = excluded.wanted, off = excluded.off, updated_at = now()`,
    [
      userId,
      ...columnsOf(
        choices,
        ({ kind }) => kind,
        ({ wanted }) => `{${wanted.join(",")}}`,
        ({ off }) => `{${off.join(",")}}`,
      ),
    ],
  );
}
