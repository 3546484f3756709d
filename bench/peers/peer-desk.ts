import type { EventId } from "../../src/domain/ids.ts";
import { Desk, type DeskPorts, type Standing } from "../../src/http/desk.ts";
import { confirmationOf, type Peer, type PeerRequest } from "./peer.ts";

/** A peer is given no mailbox, so that nothing of the product's booking can be reached through it. */
const NO_PORTS: DeskPorts = {
  send: () => Promise.reject(new Error("invariant: a peer sends nothing")),
  feed: {
    decisionOf: () => Promise.reject(new Error("invariant: a peer waits for nothing")),
    release: () => {},
  },
  findDecision: () => Promise.resolve(null),
};

/**
 * The one part of the product's HTTP side that is replaced: where the booking routes hand a validated command over
 * and get back how it stands. Everything before and after it is the product's own code.
 */
export class PeerDesk extends Desk {
  readonly #peer: () => Peer;
  readonly #unitPriceMinor: number;

  constructor(peer: () => Peer, unitPriceMinor: number) {
    super(NO_PORTS);
    this.#peer = peer;
    this.#unitPriceMinor = unitPriceMinor;
  }

  override async submit(asked: Parameters<Desk["submit"]>[0]): Promise<Standing> {
    const { eventId, command } = asked;
    if (command.type !== "BookTickets") throw new Error("invariant: peers book and do nothing else");
    const request: PeerRequest = { eventId, command, unitPriceMinor: this.#unitPriceMinor };
    const answer = await this.#peer().book(request);
    switch (answer) {
      case "confirmed":
        return { type: "decided", entry: entryOf(eventId, request), replayed: false };
      case "accepted":
        return {
          type: "queued",
          commandId: command.id,
          position: null,
          decidedPerSecond: null,
          replayed: false,
        };
      case "sold-out":
        return { type: "refused", refusal: { reason: "SoldOut", facts: {} }, replayed: false };
      default:
        return answer satisfies never;
    }
  }
}

function entryOf(eventId: EventId, request: PeerRequest) {
  const { command } = request;
  return { eventId, seq: 0, command, decision: [confirmationOf(request)] as const, decidedAt: Date.now() };
}
