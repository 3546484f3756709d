import { closeSync, openSync, writeSync } from "node:fs";
import type { Done, Entry, NoteFacts } from "./entry.ts";
import type { Op } from "./op.ts";

/** What of an answer is written down; the writer adds the rest. */
export type Ending = Pick<Done, "type" | "status" | "code" | "body">;

export interface HistoryWriterOptions {
  /** Monotonic milliseconds. */
  readonly now?: () => number;
}

/**
 * Writes a history as it happens. Every line is in the file before the call returns, so that no client ever sends a
 * request that the history does not know, whatever happens to this process next.
 */
export class HistoryWriter {
  readonly path: string;
  readonly #file: number;
  readonly #now: () => number;
  #ids = 0;
  #open = new Set<number>();
  #isClosed = false;

  /** @param path of a new file: one that exists is not written to */
  constructor(path: string, { now = () => performance.now() }: HistoryWriterOptions = {}) {
    this.path = path;
    this.#now = now;
    this.#file = openSync(path, "ax");
  }

  /** Milliseconds on the clock of all times in the history. */
  now(): number {
    return this.#now();
  }

  /** Requests whose answers are not there. */
  get underWay(): number {
    return this.#open.size;
  }

  /** Before a request is sent. @returns the id of the operation */
  invoke(client: number, op: Op): number {
    this.#ids += 1;
    const id = this.#ids;
    this.#append({ type: "invoke", id, at: this.#now(), client, op });
    this.#open.add(id);
    return id;
  }

  /** When its answer is there, or will not come. @throws where the operation is not under way */
  done(id: number, { type, status, code, body }: Ending): void {
    if (!this.#open.delete(id)) throw new Error(`invariant: operation ${id} is not under way`);
    this.#append({ type, id, at: this.#now(), status, code, body });
  }

  note(facts: NoteFacts): void {
    this.#append({ type: "note", at: this.#now(), ...facts });
  }

  /** What comes later is not written: a socket may still be heard while a run is put away. */
  close(): void {
    if (!this.#isClosed) closeSync(this.#file);
    this.#isClosed = true;
  }

  #append(entry: Entry): void {
    if (!this.#isClosed) writeSync(this.#file, `${JSON.stringify(entry)}\n`);
  }
}
