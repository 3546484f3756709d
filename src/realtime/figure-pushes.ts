import { setImmediate as nextRound } from "node:timers/promises";
import type { EventNews } from "./event-news.ts";
import { type Connection, eventRoom, type ObservePush, type PushNamespace } from "./pushes.ts";

export interface FigurePushesOptions {
  readonly namespace: PushNamespace;
  /** Whether a connection has so much waiting for it that figures had better wait, too. */
  readonly isBehind: (connection: Connection) => boolean;
  readonly observePush: ObservePush;
}

/** Sockets that are written to in one round of the event loop: thousands at once would keep everybody's requests waiting. */
const ROUND_SOCKETS_MAX = 250;

/**
 * Figures of an event replace each other: they are not queued behind what a slow reader has not read yet. Such a socket
 * gets the latest ones when it has caught up, rather than each of them late.
 */
export class FigurePushes {
  readonly #options: FigurePushesOptions;

  constructor(options: FigurePushesOptions) {
    this.#options = options;
  }

  /** The event's figures, for all who follow it. @returns how long this process worked on that, ms */
  push(news: EventNews): Promise<number> {
    return this.#pushTo(news, this.#followersOf(news));
  }

  /** The last figures for those who were behind, as far as they still follow the event. @returns as `push` */
  pushAgain(news: EventNews): Promise<number> {
    const followers = this.#followersOf(news);
    return this.#pushTo(news, new Set([...news.missedBy].filter((id) => followers.has(id))));
  }

  #followersOf({ eventId }: EventNews): ReadonlySet<string> {
    return this.#options.namespace.adapter.rooms.get(eventRoom(eventId)) ?? new Set();
  }

  async #pushTo(news: EventNews, to: ReadonlySet<string>): Promise<number> {
    const { figures } = news;
    news.missedBy.clear();
    const ids = [...to];
    let workedMs = 0;
    for (let at = 0; at < ids.length; at += ROUND_SOCKETS_MAX) {
      if (at > 0) await nextRound();
      const startedMs = performance.now();
      this.#pushToSome(news, figures, ids.slice(at, at + ROUND_SOCKETS_MAX));
      workedMs += performance.now() - startedMs;
    }
    return workedMs;
  }

  #pushToSome(news: EventNews, figures: EventNews["figures"], ids: readonly string[]): void {
    const { namespace, isBehind, observePush } = this.#options;
    const ready: string[] = [];
    for (const id of ids) {
      const socket = namespace.sockets.get(id);
      if (socket === undefined) continue;
      if (isBehind(socket.conn)) news.missedBy.add(id);
      else ready.push(id);
    }
    if (figures === null || ready.length === 0) return;
    namespace.local.to(ready).emit("availability_update", figures);
    observePush("availability_update", ready.length);
  }
}
