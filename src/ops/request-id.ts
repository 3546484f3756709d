import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";

const OWN = /^[\w.:-]{1,64}$/;

/** Names a request in logs and replies: as the client does, where that can be written down as it is. */
export function requestIdOf({ headers }: Pick<IncomingMessage, "headers">): string {
  const given = headers["x-request-id"];
  return typeof given === "string" && OWN.test(given) ? given : randomUUID();
}
