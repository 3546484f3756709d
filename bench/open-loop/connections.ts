import { HttpConnection } from "./http-connection.ts";

/** Keep-alive connections to one server: as many as were ever needed at once, up to a bound. */
export class Connections {
  readonly #port: number;
  readonly #max: number;
  readonly #all = new Set<HttpConnection>();
  /** The last one given back is taken first, so that no more are in use than needed. */
  readonly #idle: HttpConnection[] = [];

  constructor(options: { readonly port: number; readonly max: number }) {
    this.#port = options.port;
    this.#max = options.max;
  }

  get open(): number {
    return this.#all.size;
  }

  /** An idle connection or a new one; null where there may be no more. */
  take(): HttpConnection | null {
    for (let connection = this.#idle.pop(); connection !== undefined; connection = this.#idle.pop()) {
      if (!connection.isGone) return connection;
    }
    if (this.#all.size >= this.#max) return null;
    const connection = new HttpConnection(this.#port, (gone) => this.#all.delete(gone));
    this.#all.add(connection);
    return connection;
  }

  giveBack(connection: HttpConnection): void {
    if (!connection.isGone) this.#idle.push(connection);
  }

  close(): void {
    for (const connection of this.#all) connection.close();
  }
}
