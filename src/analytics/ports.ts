/** What one step of adding up did. */
export interface Step {
  /** `elsewhere`: another process is at it, and this one did nothing. */
  readonly type: "elsewhere" | "done";
  readonly entries: number;
  readonly events: number;
  /** Entries that were decided and not added up yet when it began, those that it added up included. */
  readonly behind: number;
}

export interface ProjectorStore {
  /** Adds up the next entries of the ledgers that moved, at most so many, in one transaction with how far it got. */
  step(entriesMax: number): Promise<Step>;
  /** Clears away what is kept for a while only. */
  purge(): Promise<void>;
}
