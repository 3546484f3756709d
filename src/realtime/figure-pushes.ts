import type { EventNews } from "./event-news.ts";
import { type Connection, eventRoom, type ObservePush, type PushNamespace } from "./pushes.ts";

export interface FigurePushesOptions {
  readonly namespace: PushNamespace;
  /** Whether a connection has so much waiting for it that figures had better wait, too. */
  readonly isBehind: (connection: Connection) => boolean;
  readonly observePush: ObservePush;
}

/**
 * Figures of an event replace each other: they are not queued behind what a slow reader has not read yet. Such a socket
 * gets the latest ones when it has caught up, rather than each of them late.
 */
export class FigurePushes {
  readonly #options: FigurePushesOptions;

  constructor(options: FigurePushesOptions) {
    this.#options = options;
  }

  /** The event's figures, for all who follow it. */
  push(news: EventNews): void {
    this.#pushTo(news, this.#followersOf(news));
  }

  /** The last figures for those who were behind, as far as they still follow the event. */
  pushAgain(news: EventNews): void {
    const followers = this.#followersOf(news);
    this.#pushTo(news, new Set([...news.missedBy].filter((id) => followers.has(id))));
  }

  #followersOf({ eventId }: EventNews): ReadonlySet<string> {
    return this.#options.namespace.adapter.rooms.get(eventRoom(eventId)) ?? new Set();
  }

  #pushTo(news: EventNews, to: ReadonlySet<string>): void {
    const { namespace, isBehind, observePush } = this.#options;
    const { figures } = news;
    const ready: string[] = [];
    news.missedBy.clear();
    for (const id of to) {
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
