import type { PgBoss } from "pg-boss";
import type { CommandId, EventId } from "../domain/ids.ts";
import type { Delivery, Envelope, Unreadable } from "../engine/ports.ts";
import { bossOnQueue, type Sql } from "./boss.ts";
import { decode, isEnvelope } from "./codec.ts";
import { queueNameOf } from "./names.ts";

/** Takes envelopes out of a mailbox, inside the transaction that holds the event's actor. */
export interface Deliver {
  fetch(db: Sql, eventId: EventId, max: number): Promise<Delivery>;
  settle(db: Sql, eventId: EventId, ids: readonly CommandId[]): { sent: Promise<void>; done: Promise<void> };
}

export function createDeliver(boss: PgBoss): Deliver {
  return {
    async fetch(db, eventId, max) {
      const queue = queueNameOf(eventId);
      const jobs = await boss.fetch<object>(queue, {
        batchSize: max,
        // Makes pg-boss pick the ids before it touches the rows: one of the two cures of the fetch's plan.
        groupConcurrency: 1,
        db: bossOnQueue(db, queue),
      });
      return sorted(jobs.map(decode));
    },
    settle(db, eventId, ids) {
      let tell = (): void => undefined;
      const sent = new Promise<void>((resolve) => {
        tell = resolve;
      });
      const queue = queueNameOf(eventId);
      const connection = bossOnQueue(db, queue);
      const watched = {
        executeSql: (text: string, values?: unknown[]) => {
          const answer = connection.executeSql(text, values);
          tell();
          return answer;
        },
      };
      // Deleted rather than completed: half the time, a quarter of the dead rows, and the ledger keeps the record.
      const done = boss.deleteJob(queue, [...ids], { db: watched }).then((response) => {
        const { affected } = response as { affected: number };
        if (affected !== ids.length) {
          throw new Error(`invariant: settled ${affected} of ${ids.length} envelopes of event ${eventId}`);
        }
      });
      done.then(tell, tell);
      return { sent, done };
    },
  };
}

/** Urgent first, then in accept order. */
function sorted(read: readonly (Envelope | Unreadable)[]): Delivery {
  const envelopes = read.filter(isEnvelope);
  const unreadable = read.filter((item): item is Unreadable => !isEnvelope(item));
  envelopes.sort((a, b) => (a.lane === b.lane ? a.ordinal - b.ordinal : a.lane === "urgent" ? -1 : 1));
  return { envelopes, unreadable };
}
