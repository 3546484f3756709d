/** The namespace of the product's pushes. */
const NAMESPACE = "/notifications,";

/**
 * What a server sends over a WebSocket, as far as a client without binary data has to tell it apart: Engine.IO protocol 4
 * (one digit) with Socket.IO protocol 5 (another digit, the namespace, perhaps a number, JSON) in its messages.
 */
export type Packet =
  | { readonly type: "open" | "ping" | "connected" | "disconnected" | "other" }
  | { readonly type: "refused"; readonly message: string }
  | { readonly type: "event"; readonly name: string; readonly data: PushData }
  | { readonly type: "answer"; readonly id: number; readonly answer: Answer };

/** What of a push is looked at here. */
export interface PushData {
  readonly event_id?: string;
  readonly seq?: number;
  readonly available_seats?: number;
}

/** What an emit is acknowledged with: `ok`, and what belongs to it. */
export interface Answer {
  readonly ok: boolean;
  readonly code?: string;
  readonly [field: string]: unknown;
}

export const PONG = "3";
export const LEAVE = `41${NAMESPACE}`;

/** The packet that asks to enter the namespace. */
export function enterPacket(token: string): string {
  return `40${NAMESPACE}${JSON.stringify({ token })}`;
}

/** An emit whose answer is wanted under a number. */
export function emitPacket(id: number, name: string, payload: object): string {
  return `42${NAMESPACE}${id}${JSON.stringify([name, payload])}`;
}

export function readPacket(text: string): Packet {
  if (text.startsWith("0")) return { type: "open" };
  if (text.startsWith("2")) return { type: "ping" };
  const body = text.slice(2 + NAMESPACE.length);
  if (!text.startsWith(NAMESPACE, 2)) return { type: "other" };
  switch (text.slice(0, 2)) {
    case "40":
      return { type: "connected" };
    case "41":
      return { type: "disconnected" };
    case "42":
      return eventOf(body);
    case "43":
      return answerOf(body);
    case "44":
      return { type: "refused", message: (JSON.parse(body) as { readonly message: string }).message };
    default:
      return { type: "other" };
  }
}

function eventOf(body: string): Packet {
  const [name, data] = JSON.parse(body) as [string, PushData];
  return { type: "event", name, data };
}

function answerOf(body: string): Packet {
  const at = body.indexOf("[");
  const [answer] = JSON.parse(body.slice(at)) as [Answer];
  return { type: "answer", id: Number(body.slice(0, at)), answer };
}
