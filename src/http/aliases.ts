/** What has an integer beside its UUID on surface B. Events have a number of their own, seats one made of two. */
export type AliasKind = "user" | "booking" | "waitlist_entry" | "notification";

/** Integers for UUIDs. Implemented by the store; one that was given out stays for ever. */
export interface Aliases {
  /** The numbers of these ids, in their order; what has none yet is given one. */
  numbersOf(kind: AliasKind, ids: readonly string[]): Promise<readonly number[]>;
  /** The id that a number stands for; null where it stands for none. */
  idOf(kind: AliasKind, number: number): Promise<string | null>;
}
