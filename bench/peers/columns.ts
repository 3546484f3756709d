import { referenceOf } from "../../src/domain/ids.ts";
import { ledgerJson, type PeerRequest } from "./peer.ts";

/** Requests as columns for `unnest`: event, id, user, reference, quantity, and the ledger's two JSON texts. */
export function columnsOf(requests: readonly PeerRequest[]): unknown[][] {
  const json = requests.map(ledgerJson);
  return [
    requests.map(({ eventId }) => eventId),
    requests.map(({ command }) => command.id),
    requests.map(({ command }) => command.userId),
    requests.map(({ command }) => referenceOf(command.id)),
    requests.map(({ command }) => command.quantity),
    json.map(({ command }) => command),
    json.map(({ outcomes }) => outcomes),
  ];
}
