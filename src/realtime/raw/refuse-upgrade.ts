import { type IncomingMessage, STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import { requestIdOf } from "../../ops/request-id.ts";

/** Why a request gets no WebSocket, in an HTTP status and words. */
export interface Refusal {
  readonly status: number;
  readonly message: string;
}

export const NOT_HERE: Refusal = { status: 404, message: "Connect to /ws/events/{event id}" };

/** Answers a request to upgrade with a reply, and ends its connection. */
export function refuseUpgrade(
  socket: Duplex,
  request: Pick<IncomingMessage, "headers">,
  { status, message }: Refusal,
): void {
  const requestId = requestIdOf(request);
  const body = JSON.stringify({ success: false, error: message, message, request_id: requestId });
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Type: application/json\r\n` +
      `X-Request-Id: ${requestId}\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}
