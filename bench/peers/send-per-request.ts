import { PgBoss } from "pg-boss";
import type { Queryable } from "../../src/store/database.ts";
import type { Peer, PeerRequest } from "./peer.ts";

export const SEND_SCHEMA = "peer_boss";
export const SEND_QUEUE = "booking";

/** A pg-boss without its background work, as both sides of this peer use it. */
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

/** The plain use of a queue: one `boss.send` for each request, and a worker that takes one job after the other. */
export function createSendPeer(boss: PgBoss): Peer {
  return {
    async book(request: PeerRequest) {
      await boss.send(SEND_QUEUE, request);
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

/** How many jobs there are, waiting or done. */
export async function countSendQueue(db: Queryable): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    `select count(*)::int as count from ${SEND_SCHEMA}.job_common`,
  );
  return rows[0]?.count ?? 0;
}
