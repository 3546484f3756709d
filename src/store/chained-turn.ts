import { hash } from "node:crypto";
import { type ChainedEntry, chainText } from "../domain/ledger-chain.ts";
import type { ActorTurn } from "../engine/ports.ts";

/** A row of the ledger. */
export interface LedgerRow extends ChainedEntry {
  readonly digest: string;
}

/** A turn with what it appends to the ledger. */
export interface ChainedTurn extends ActorTurn {
  readonly rows: readonly LedgerRow[];
  /** Of the ledger's last entry after the turn. */
  readonly ledgerDigest: string;
}

/** Chains the entries of a turn to the one that its actor had last. Their JSON is written here, once. */
export function chained(turn: ActorTurn): ChainedTurn {
  const { eventId, now: decidedAt, ledgerDigest: before } = turn.actor;
  let digest = before;
  const rows = turn.entries.map(({ seq, command, decision }) => {
    const row = chainedRow(digest, {
      eventId,
      seq,
      commandId: command.id,
      type: decision[0].type,
      command: JSON.stringify(command),
      outcomes: JSON.stringify(decision),
      decidedAt,
    });
    digest = row.digest;
    return row;
  });
  return { ...turn, rows, ledgerDigest: digest };
}

/** An entry with its digest, given that of the entry before it. */
export function chainedRow(previous: string, entry: ChainedEntry): LedgerRow {
  return { ...entry, digest: hash("sha256", chainText(previous, entry), "hex") };
}
