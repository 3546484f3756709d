import { type EventId, isUuid } from "../domain/ids.ts";
import type { Principal } from "../identity/principal.ts";
import { Fault } from "../ops/fault.ts";
import type { Log } from "../ops/log.ts";
import { type Answer, OVERLOADED, type Refused, refused } from "./answers.ts";
import type { CatchUp } from "./catch-up.ts";
import type { EventReader } from "./event-reader.ts";
import type { RealtimeLimits } from "./limits.ts";
import { presentAvailability } from "./present.ts";
import { eventRoom, eventsFollowedBy, type PushSocket, userRoom } from "./pushes.ts";
import type { SocketSessions } from "./socket-sessions.ts";

export interface ConversationPorts {
  readonly sessions: SocketSessions;
  readonly reader: EventReader;
  readonly catchUp: CatchUp;
  readonly limits: RealtimeLimits;
  readonly log: Log;
}

type Target = { readonly eventId: EventId } | { readonly userId: string };
type Payload = Readonly<Record<string, unknown>>;

/**
 * What one socket asks for, and its answers. Every emit is acknowledged where the client wants to know, whatever it
 * sent; an emit that follows `authenticate` waits for its outcome.
 */
export class Conversation {
  readonly #socket: PushSocket;
  readonly #with: ConversationPorts;
  #authenticating: Promise<unknown> = Promise.resolve();
  #inFlight = 0;

  constructor(socket: PushSocket, ports: ConversationPorts) {
    this.#socket = socket;
    this.#with = ports;
  }

  /** Takes an emit as it came, its acknowledgement last if there is one. Never throws. */
  async receive(name: unknown, args: readonly unknown[]): Promise<void> {
    const last = args.at(-1);
    const acknowledge = typeof last === "function" ? last : () => undefined;
    if (this.#inFlight >= this.#with.limits.emitsInFlightMax) {
      acknowledge(refused("RATE_LIMIT_EXCEEDED", "Too many requests are waiting for their answer"));
      return;
    }
    this.#inFlight += 1;
    const answer = await this.#answer(name, args[0]).catch((error: unknown) => this.#failed(error));
    this.#inFlight -= 1;
    acknowledge(answer);
  }

  #failed(error: unknown): Refused {
    if (error instanceof Fault && error.kind !== "Unclassified") return OVERLOADED;
    this.#with.log.error({ error: error instanceof Error ? error.stack : String(error) }, "an emit failed");
    return refused("SERVER_ERROR", "Internal server error");
  }

  async #answer(name: unknown, sent: unknown): Promise<Answer> {
    const payload = isObject(sent) ? sent : {};
    switch (name) {
      case "authenticate":
        return await this.#authenticate(payload);
      case "subscribe":
        return await this.#onTarget(payload, (target, principal) => this.#subscribe(target, principal));
      case "unsubscribe":
        return await this.#onTarget(payload, (target, principal) => this.#unsubscribe(target, principal));
      case "catch_up":
        return await this.#onTarget(payload, (target, principal) =>
          "eventId" in target
            ? this.#with.catchUp.since(target.eventId, principal.userId, payload)
            : refused("VALIDATION_ERROR", "Send {event_id, after_seq}"),
        );
      default:
        return refused("VALIDATION_ERROR", "Emit authenticate, subscribe, unsubscribe or catch_up");
    }
  }

  async #authenticate({ token }: Payload): Promise<Answer> {
    if (typeof token !== "string") {
      return refused("AUTH_REQUIRED", "Send {token} with your access token; a user id proves nothing");
    }
    const authenticated = this.#authenticateBy(token);
    this.#authenticating = authenticated.catch(() => undefined);
    return await authenticated;
  }

  async #authenticateBy(token: string): Promise<Answer> {
    const { sessions } = this.#with;
    const known = await sessions.verify(token);
    if ("ok" in known) return known;
    if (!this.#socket.connected) return refused("AUTH_REQUIRED", "The socket is closed");
    return sessions.admit(this.#socket, token, known) ?? { ok: true, user_id: known.userId };
  }

  async #onTarget(
    payload: Payload,
    act: (target: Target, principal: Principal) => Answer | Promise<Answer>,
  ): Promise<Answer> {
    await this.#authenticating;
    const principal = this.#with.sessions.principalOf(this.#socket);
    if (principal === null) return refused("AUTH_REQUIRED", "Authenticate first");
    const target = targetOf(payload);
    return typeof target === "string" ? refused("VALIDATION_ERROR", target) : await act(target, principal);
  }

  #subscribe(target: Target, principal: Principal): Answer | Promise<Answer> {
    if ("eventId" in target) return this.#follow(target.eventId);
    if (target.userId !== principal.userId) {
      return refused("AUTH_UNAUTHORIZED", "You can subscribe to your own notifications only");
    }
    void this.#socket.join(userRoom(principal.userId));
    return { ok: true, user_id: principal.userId };
  }

  /** Joins before it reads: what is decided after the answer's `seq` is pushed. */
  async #follow(eventId: EventId): Promise<Answer> {
    const { reader, limits } = this.#with;
    const room = eventRoom(eventId);
    const followed = this.#socket.rooms.has(room);
    if (!followed && eventsFollowedBy(this.#socket) >= limits.eventsPerSocketMax) {
      return refused("RATE_LIMIT_EXCEEDED", `At most ${limits.eventsPerSocketMax} events per socket`);
    }
    void this.#socket.join(room);
    const event = await reader.read(eventId).catch((error: unknown) => {
      if (!followed) void this.#socket.leave(room);
      throw error;
    });
    if (event !== null) return { ok: true, ...presentAvailability(event) };
    void this.#socket.leave(room);
    return refused("EVENT_NOT_FOUND", "Event not found");
  }

  #unsubscribe(target: Target, principal: Principal): Answer {
    if ("eventId" in target) {
      void this.#socket.leave(eventRoom(target.eventId));
      return { ok: true, event_id: target.eventId };
    }
    // Of another user's room there is nothing to leave.
    if (target.userId === principal.userId) void this.#socket.leave(userRoom(principal.userId));
    return { ok: true, user_id: target.userId };
  }
}

/** Whose pushes an emit is about, or what is wrong with it. */
function targetOf({ event_id: eventId, user_id: userId }: Payload): Target | string {
  if ((eventId === undefined) === (userId === undefined)) return "Send either {event_id} or {user_id}";
  const id = eventId ?? userId;
  const uuid = typeof id === "string" ? id.toLowerCase() : "";
  if (!isUuid(uuid)) return `${eventId === undefined ? "user_id" : "event_id"} must be a UUID`;
  return eventId === undefined ? { userId: uuid } : { eventId: uuid as EventId };
}

function isObject(value: unknown): value is Payload {
  return typeof value === "object" && value !== null;
}
