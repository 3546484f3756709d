import type { SeatRow } from "./seating.ts";

/**
 * Which lengths of free runs the rows have, so that the first row with a run of some length is found without
 * looking at seats. A complete binary tree in one array: node n has the children 2n and 2n + 1, row r is the node
 * `length / 2 + r`. Each node is a set of lengths: bit L stands for a run of exactly L seats, bit 31 for 31 or more.
 */
export type RunIndex = Int32Array;

/** A set of run lengths, as a node has it. */
export type RunLengths = number;

/** Runs of this length and longer share a bit: which of them a row has, its seats tell. */
export const INDEXED_LENGTH_MAX = 31;

/** The set of one length. */
export function exactly(length: number): RunLengths {
  return 1 << Math.min(length, INDEXED_LENGTH_MAX);
}

/** The set of this length and all greater ones. Beyond 31 it says "perhaps". */
export function atLeast(length: number): RunLengths {
  return -1 << Math.min(length, INDEXED_LENGTH_MAX);
}

/** An index of rows without a free seat. */
export function newRunIndex(rows: number): RunIndex {
  let leaves = 1;
  while (leaves < rows) leaves *= 2;
  return new Int32Array(2 * leaves);
}

/** Reads every row anew. A free seat has status 0. */
export function indexAll(index: RunIndex, status: Uint8Array, rows: readonly SeatRow[]): void {
  const leaves = index.length / 2;
  for (const [at, row] of rows.entries()) index[leaves + at] = lengthsIn(status, row);
  for (let node = leaves - 1; node > 0; node -= 1) index[node] = index[2 * node]! | index[2 * node + 1]!;
}

/** Reads one row anew. */
export function indexRow(index: RunIndex, status: Uint8Array, at: number, row: SeatRow): void {
  let node = index.length / 2 + at;
  index[node] = lengthsIn(status, row);
  for (node >>= 1; node > 0; node >>= 1) index[node] = index[2 * node]! | index[2 * node + 1]!;
}

function lengthsIn(status: Uint8Array, { first, count }: SeatRow): RunLengths {
  let lengths = 0;
  let length = 0;
  for (let seat = first; seat < first + count; seat += 1) {
    if (status[seat] === 0) length += 1;
    else {
      if (length > 0) lengths |= exactly(length);
      length = 0;
    }
  }
  return length > 0 ? lengths | exactly(length) : lengths;
}

/** The first row at or after `from` that has a run of one of these lengths; a number beyond all rows if none has. */
export function nextRow(index: RunIndex, lengths: RunLengths, from: number): number {
  const leaves = index.length / 2;
  if (from >= leaves) return leaves;
  let node = leaves + from;
  while ((index[node]! & lengths) === 0) {
    // Out of every subtree that ends here, then into the one that begins after it.
    while ((node & 1) === 1) node >>= 1;
    if (node === 0) return leaves;
    node += 1;
  }
  while (node < leaves) node = (index[2 * node]! & lengths) === 0 ? 2 * node + 1 : 2 * node;
  return node - leaves;
}
