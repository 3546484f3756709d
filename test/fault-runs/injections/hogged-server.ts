import pg from "pg";
import type { System } from "../system/system.ts";

const TOO_MANY = "53300";

/** Somebody who takes every connection that a server has left, and each that comes free, until released. */
export class HoggedServer {
  readonly #url: string;
  readonly #taken: pg.Client[] = [];
  #goesOn = true;

  private constructor(url: string) {
    this.#url = url;
  }

  /** Resolves when none is left. */
  static async hog({ databaseUrl }: System): Promise<HoggedServer> {
    const hog = new HoggedServer(databaseUrl);
    await hog.takeAll();
    return hog;
  }

  get count(): number {
    return this.#taken.length;
  }

  /** Takes what is left now. */
  async takeAll(): Promise<void> {
    while (this.#goesOn) {
      const client = new pg.Client({ connectionString: this.#url, application_name: "fault-hog" });
      client.on("error", () => undefined);
      try {
        await client.connect();
      } catch (error) {
        if ((error as { code?: string }).code === TOO_MANY) return;
        throw error;
      }
      this.#taken.push(client);
    }
  }

  async release(): Promise<void> {
    this.#goesOn = false;
    await Promise.all(this.#taken.map((client) => client.end()));
  }
}
