import { ms } from "../columns.ts";
import type { Queryable } from "../database.ts";

/** What is shown on a person's sockets. */
export interface PersonalNotice {
  readonly id: string;
  readonly userId: string;
  readonly eventId: string | null;
  readonly seq: number | null;
  readonly type: string;
  readonly title: string;
  readonly text: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly createdAt: number;
}

export async function noticesByIds(db: Queryable, ids: readonly string[]): Promise<PersonalNotice[]> {
  const { rows } = await db.query<PersonalNotice>({
    name: "notification-to-push",
    text: `select id, user_id as "userId", event_id as "eventId", seq, type, title, message as text, data,
                  ${ms("created_at")} as "createdAt"
             from notification where id = any($1::uuid[]) and not is_internal order by id`,
    values: [ids],
  });
  return rows;
}
