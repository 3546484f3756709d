import { PgBoss } from "pg-boss";
import type { Queryable } from "../../src/store/database.ts";
import type { Peer, PeerRequest } from "./peer.ts";

export const SEND_SCHEMA = "peer_boss";

/** The pg-boss queue of each peer that sends one job for each request. */
export const SEND_QUEUES = { "send-per-request": "booking", "send-batch": "booking-batch" } as const;

export type SendVariant = keyof typeof SEND_QUEUES;

/** A pg-boss without its background work, as both sides of these peers use it. */
export async function startSendBoss(databaseUrl: string, connections: number): Promise<PgBoss> {
  const boss = new PgBoss({
    connectionString: databaseUrl,
    schema: SEND_SCHEMA,
    max: connections,
    supervise: false,
    schedule: false,
  });
  boss.on("error", (error) => console.error(error.message));
  await boss.start();
  return boss;
}

/** The plain use of a queue: one `boss.send` for each request. Who takes the jobs, and how, is the worker's business. */
export function createSendPeer(boss: PgBoss, variant: SendVariant): Peer {
  return {
    async book(request: PeerRequest) {
      await boss.send(SEND_QUEUES[variant], request);
      return "accepted";
    },
    close: () => boss.stop(),
  };
}

/** Throws away every job, waiting or done. */
export async function clearSendQueue(db: Queryable): Promise<void> {
  await db.query(`truncate ${SEND_SCHEMA}.job_common`);
}

export async function analyseSendQueue(db: Queryable): Promise<void> {
  await db.query(`analyze ${SEND_SCHEMA}.job_common`);
}

/** How many jobs there are, waiting or done, and how many of them wait or are worked on. */
export async function countSendQueue(
  db: Queryable,
): Promise<{ readonly arrived: number; readonly waiting: number }> {
  const { rows } = await db.query<{ arrived: number; waiting: number }>(
    `select count(*)::int as arrived, (count(*) filter (where state < 'completed'))::int as waiting
       from ${SEND_SCHEMA}.job_common`,
  );
  return rows[0] ?? { arrived: 0, waiting: 0 };
}
