/** A ledger entry as it is stored, by the letter. */
export interface ChainedEntry {
  readonly eventId: string;
  readonly seq: number;
  readonly commandId: string;
  readonly type: string;
  /** JSON texts. */
  readonly command: string;
  readonly outcomes: string;
  /** Unix milliseconds. */
  readonly decidedAt: number;
}

/** What stands for the digest of the entry before the first: 32 bytes, in hexadecimal like all digests. */
export const NO_DIGEST = "0".repeat(64);

/**
 * The text whose SHA-256 is the digest of a ledger entry, given the digest of the entry before it. What stands before the
 * lengths has no line breaks, and the lengths (bytes of UTF-8) tell the rest apart, so that no two entries have one
 * text. The function `ledger_digest` of the database says the same in SQL.
 *
 * ```
 * evently ledger 1
 * <event id>
 * <digest of the entry before, in hexadecimal>
 * <number>
 * <decided at, Unix milliseconds>
 * <command id>
 * <length of the type> <length of the command> <length of the outcomes>
 * <type><command><outcomes>
 * ```
 */
export function chainText(previous: string, entry: ChainedEntry): string {
  const { eventId, seq, commandId, type, command, outcomes, decidedAt } = entry;
  const lengths = `${Buffer.byteLength(type)} ${Buffer.byteLength(command)} ${Buffer.byteLength(outcomes)}`;
  return `evently ledger 1\n${eventId}\n${previous}\n${seq}\n${decidedAt}\n${commandId}\n${lengths}\n${type}${command}${outcomes}`;
}
