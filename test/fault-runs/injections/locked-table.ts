import pg from "pg";
import type { System } from "../system/system.ts";

/** A session that locks a whole table, so that every statement on it hangs; until released. */
export class LockedTable {
  readonly #client: pg.Client;

  private constructor(client: pg.Client) {
    this.#client = client;
  }

  static async lock({ databaseUrl }: System, table: string): Promise<LockedTable> {
    const client = new pg.Client({ connectionString: databaseUrl });
    client.on("error", () => undefined);
    await client.connect();
    await client.query("begin");
    await client.query(`lock table ${table} in access exclusive mode`);
    return new LockedTable(client);
  }

  async release(): Promise<void> {
    await this.#client.end();
  }
}
