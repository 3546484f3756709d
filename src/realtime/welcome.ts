import type { Principal } from "../identity/principal.ts";
import { connectError, type Refused, refused, refusedToken } from "./answers.ts";
import { Conversation, type ConversationPorts } from "./conversation.ts";
import type { Connection, PushNamespace, PushSocket } from "./pushes.ts";
import { TOO_MANY } from "./socket-sessions.ts";

interface Verified {
  readonly token: string;
  readonly principal: Principal;
}

/** Whoever sends one expects to be known by it; to let them in as nobody would hide that. */
const ID_ALONE = refused("AUTH_REQUIRED", "Send auth.token with your access token; a user id proves nothing");
const ONE_AT_A_TIME = refused("VALIDATION_ERROR", "This connection has a socket already");

/**
 * Receives sockets: a token in the handshake must be good, or the socket does not connect, and neither does one with
 * nothing but a user id; without either it has a bounded time to authenticate.
 */
export function welcome(namespace: PushNamespace, ports: ConversationPorts): void {
  /** Between the check of a handshake and the socket's being connected. */
  const verified = new WeakMap<PushSocket, Verified>();
  /** One socket at a time: otherwise one connection could open any number of them. */
  const taken = new WeakSet<Connection>();

  namespace.use(async (socket, next) => {
    if (taken.has(socket.conn)) return next(connectError(ONE_AT_A_TIME));
    taken.add(socket.conn);
    const known = await verifyHandshake(socket, ports);
    if (known === null) return next();
    if ("ok" in known) {
      taken.delete(socket.conn);
      return next(connectError(known));
    }
    verified.set(socket, known);
    next();
  });
  namespace.on("connection", (socket) => {
    socket.on("disconnect", () => taken.delete(socket.conn));
    converse(socket, verified.get(socket) ?? null, ports);
  });
}

async function verifyHandshake(
  socket: PushSocket,
  { sessions }: ConversationPorts,
): Promise<Verified | Refused | null> {
  const { token, userId, user_id } = socket.handshake.auth as Readonly<Record<string, unknown>>;
  if (token === undefined || token === null) return (userId ?? user_id) === undefined ? null : ID_ALONE;
  if (typeof token !== "string") return refusedToken("TokenInvalid");
  // Whoever lists sockets shall not see their tokens.
  socket.handshake.auth = {};
  const principal = await sessions.verify(token);
  if ("ok" in principal) return principal;
  return sessions.isFull(principal.userId) ? TOO_MANY : { token, principal };
}

function converse(socket: PushSocket, known: Verified | null, ports: ConversationPorts): void {
  const { sessions, limits } = ports;
  const conversation = new Conversation(socket, ports);
  const late = setTimeout(() => {
    if (sessions.principalOf(socket) === null) socket.disconnect(true);
  }, limits.authenticateMs);
  late.unref();
  socket.on("disconnect", () => {
    clearTimeout(late);
    sessions.release(socket);
  });
  socket.onAny((name: unknown, ...args: unknown[]) => void conversation.receive(name, args));
  if (known !== null && sessions.admit(socket, known.token, known.principal) !== null) {
    socket.disconnect(true);
  }
}
