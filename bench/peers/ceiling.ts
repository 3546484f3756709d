import type { Peer } from "./peer.ts";

/** The same HTTP work and no booking at all: what no way of booking in this process can exceed. */
export function createCeilingPeer(): Peer {
  return { book: async () => "confirmed", close: async () => {} };
}
