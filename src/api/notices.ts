import type pg from "pg";
import type { createAuthenticator } from "../identity/sessions.ts";
import type { Log } from "../ops/log.ts";
import type { OutcomeFeed } from "../outbox/feed.ts";
import type { Realtime } from "../realtime/realtime.ts";
import { Listener } from "../store/listener.ts";
import {
  OUTCOME_CHANNEL,
  PAGES_CHANNEL,
  readOutcomeNotice,
  readPagesNotice,
  readTracedNotice,
  TELL_CHANNEL,
} from "../store/notices.ts";
import { SESSIONS_CHANNEL } from "../store/sessions.ts";
import type { PageCaching } from "./cache.ts";
import { createSocketTelling } from "./told-sockets.ts";

/** What an API process does when another process says that something happened, and when it may have missed that. */
export function composeNotices(options: {
  readonly url: string;
  readonly pool: pg.Pool;
  readonly feed: OutcomeFeed;
  readonly authenticator: Pick<ReturnType<typeof createAuthenticator>, "forget" | "forgetAll">;
  readonly realtime: Realtime;
  readonly caching: PageCaching;
  /** Told which of the decisions are traced, before they are pushed. */
  readonly traced: (entries: ReturnType<typeof readTracedNotice>) => void;
  readonly log: Log;
}): Listener {
  const { url, pool, feed, authenticator, realtime, caching, traced, log } = options;
  return new Listener({
    url,
    name: "evently-api-listen",
    log,
    channels: {
      [OUTCOME_CHANNEL]: (payload) => {
        const ranges = readOutcomeNotice(payload);
        const told = caching.decidedUntold(ranges);
        traced(readTracedNotice(payload));
        // Pages show it before whoever waits for it is answered.
        feed.noticed(ranges, told);
      },
      [PAGES_CHANNEL]: (payload) => caching.noticed(readPagesNotice(payload)),
      [TELL_CHANNEL]: createSocketTelling({ pool, realtime, log }),
      [SESSIONS_CHANNEL]: (payload) => {
        authenticator.forget(payload);
        realtime.endSessions(payload);
      },
    },
    onConnected: () => {
      caching.invalidateAll();
      feed.catchUp();
      authenticator.forgetAll();
      realtime.endLostSessions();
    },
  });
}
