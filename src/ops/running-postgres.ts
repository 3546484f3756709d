import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { DATABASE_NAME } from "./postgres-cluster.ts";

/**
 * The connection string of the embedded PostgreSQL that another process runs on this folder.
 * @throws Error where nothing ever ran there.
 */
export async function runningPostgresUrl(dataDir: string): Promise<string> {
  const [port = "", password = ""] = await Promise.all(
    ["postgres.port", "postgres.password"].map(async (file) =>
      (await readFile(join(dataDir, file), "utf8")).trim(),
    ),
  );
  return `postgres://${DATABASE_NAME}:${password}@127.0.0.1:${port}/${DATABASE_NAME}`;
}
