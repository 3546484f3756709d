import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { descendantsOf, Program } from "./processes.ts";

/** A program that runs an embedded PostgreSQL on the folder of its argument. */
export const EMBEDDED_FIXTURE = join(import.meta.dirname, "../fixtures/embedded.ts");

/** Starts that program; `pid` is the server's, `below` are all processes it started. */
export async function startElsewhere(
  dataDir: string,
  fixture = EMBEDDED_FIXTURE,
): Promise<{ program: Program; pid: number; cluster: string; below: number[] }> {
  const program = new Program([process.execPath, fixture, dataDir]);
  const [line = ""] = await program.prints(/^\{.*\}$/m);
  const { pid, cluster } = JSON.parse(line) as { pid: number; cluster: string };
  return { program, pid, cluster, below: descendantsOf(program.pid) };
}

/** The first value of the first row of the answer. */
export async function ask(url: string, statement: string): Promise<unknown> {
  const client = new pg.Client({ connectionString: url });
  client.on("error", () => {});
  await client.connect();
  try {
    const { rows } = await client.query<Record<string, unknown>>(statement);
    return Object.values(rows[0] ?? {})[0];
  } finally {
    await client.end();
  }
}

/** Tries for five seconds what works only once a server is back. */
export async function retrying<T>(attempt: () => Promise<T>): Promise<T> {
  for (let left = 100; ; left--) {
    try {
      return await attempt();
    } catch (error) {
      if (left === 0) throw error;
      await sleep(50);
    }
  }
}
