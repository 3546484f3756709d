import type pg from "pg";
import { iso } from "../http/presenters/time.ts";
import type { Log } from "../ops/log.ts";
import type { PersonPush } from "../realtime/pushes.ts";
import type { Realtime } from "../realtime/realtime.ts";
import { notifyTold, readTellNotice, type Told } from "../store/notices.ts";
import { noticesByIds, type PersonalNotice } from "../store/notifications/to-push.ts";

/** What `src/realtime` pushes by itself when it is decided; a push of the same would come twice. */
const PUSHED_ALREADY: ReadonlySet<string> = new Set([
  "booking_confirmed",
  "booking_pending",
  "booking_cancelled",
  "booking_reduced",
  "booking_expired",
  "waitlist_joined",
  "waitlist_promoted",
]);

/**
 * Types that clients know as pushes of their own; they come under that name, too. Not `event_update`, which is the event
 * itself: one name has one shape.
 */
const OWN_NAMES: ReadonlySet<string> = new Set(["system_alert"]);

/**
 * What an API process does when the effects process wants people told on their sockets: it emits to those that are
 * here, and says for whom it had one. Of what was pushed when it was decided, only that is said.
 */
export function createSocketTelling(options: {
  readonly pool: pg.Pool;
  readonly realtime: Pick<Realtime, "tell">;
  readonly log: Log;
}): (payload: string) => void {
  const { pool, realtime, log } = options;
  return (payload) => {
    const here = readTellNotice(payload).filter(({ userId }) => realtime.tell(userId, [], {}) > 0);
    if (here.length === 0) return;
    tellAll(pool, realtime, here).catch((error) =>
      log.warn({ error: String(error), pushes: here.length }, "pushes were lost: they could not be read"),
    );
  };
}

async function tellAll(
  pool: pg.Pool,
  realtime: Pick<Realtime, "tell">,
  here: readonly Told[],
): Promise<void> {
  const notices = await noticesByIds(
    pool,
    here.map(({ notificationId }) => notificationId),
  );
  const told = notices.filter(
    (notice) => realtime.tell(notice.userId, namesOf(notice), presentNotice(notice)) > 0,
  );
  if (told.length > 0)
    await notifyTold(
      pool,
      told.map(({ id }) => id),
    );
}

function namesOf({ type, seq }: PersonalNotice): readonly PersonPush[] {
  if (seq !== null && PUSHED_ALREADY.has(type)) return [];
  return OWN_NAMES.has(type) ? ["notification", type as PersonPush] : ["notification"];
}

/** The `notification` push. */
function presentNotice({ id, eventId, seq, type, title, text, data, createdAt }: PersonalNotice) {
  return { id, type, title, message: text, event_id: eventId, seq, data, created_at: iso(createdAt) };
}
