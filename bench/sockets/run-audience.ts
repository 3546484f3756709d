import { type Running, startProcess } from "../lib/processes.ts";
import type { Started } from "../lib/started.ts";
import type { AudienceMessage, AudienceOrder, CaughtUp, Heard, Opened } from "./messages.ts";

/** The process of the listeners, as the suite sees it. */
export interface RemoteAudience {
  readonly pid: number;
  open(to: {
    readonly port: number;
    readonly eventId: string;
    readonly tokens: readonly string[];
  }): Promise<Opened>;
  /** What was heard since `open`, once nothing is heard any more. */
  heard(): Promise<Heard>;
  catchUp(clients: readonly number[], afterSeq: number): Promise<readonly CaughtUp[]>;
  close(): Promise<void>;
}

/** Starts the process of the listeners; `started` stops it. */
export async function startAudience(started: Started): Promise<RemoteAudience> {
  const script = "bench/sockets/audience-process.ts";
  const running = started.add(await startProcess({ name: "audience", script, env: {} }));
  return {
    pid: running.pid,
    open: async (to) => (await ask(running, { type: "open", ...to }, "opened")).opened,
    heard: async () => (await ask(running, { type: "tell" }, "heard")).heard,
    catchUp: async (clients, afterSeq) =>
      (await ask(running, { type: "catch-up", clients, afterSeq }, "caught-up")).caughtUp,
    close: async () => void (await ask(running, { type: "close" }, "closed")),
  };
}

function ask<Type extends AudienceMessage["type"]>(
  running: Running,
  order: AudienceOrder,
  type: Type,
): Promise<Extract<AudienceMessage, { readonly type: Type }>> {
  type Wanted = Extract<AudienceMessage, { readonly type: Type }>;
  const answered = running.receive((message) => {
    const heard = message as AudienceMessage;
    return heard.type === type ? (heard as Wanted) : null;
  });
  running.send(order);
  return answered;
}
