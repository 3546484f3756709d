import type { Authenticator, AuthFailure, Principal } from "../identity/principal.ts";
import { Fault } from "../ops/fault.ts";
import type { Log } from "../ops/log.ts";
import { OVERLOADED, type Refused, refused, refusedToken } from "./answers.ts";
import { EVERYBODY, type PushSocket, userRoom } from "./pushes.ts";

const RECHECK_TICK_MS = 1_000;

interface Held {
  readonly socket: PushSocket;
  readonly token: string;
  readonly principal: Principal;
}

interface SocketSessionsOptions {
  readonly authenticator: Authenticator;
  readonly socketsPerUserMax: number;
  readonly recheckMs: number;
  readonly log: Log;
}

/**
 * Who is behind each socket. A socket stays for as long as its token would be accepted: that is asked again when its
 * session or user is named by `recheck`, and of every socket once every `recheckMs`.
 */
export class SocketSessions {
  readonly #options: SocketSessionsOptions;
  /** By socket id; the one that was checked longest ago first. */
  readonly #held = new Map<string, Held>();
  /** By session id and by user id. */
  readonly #byOwner = new Map<string, Set<PushSocket>>();
  readonly #timer: NodeJS.Timeout;

  constructor(options: SocketSessionsOptions) {
    this.#options = options;
    this.#timer = setInterval(() => this.#recheckOldest(), RECHECK_TICK_MS);
    this.#timer.unref();
  }

  /** Authenticated sockets. */
  get count(): number {
    return this.#held.size;
  }

  principalOf(socket: PushSocket): Principal | null {
    return this.#held.get(socket.id)?.principal ?? null;
  }

  /** Whom a token speaks for, or why it cannot be used by one more socket. */
  async verify(token: string): Promise<Principal | Refused> {
    const known = await this.#ask(token);
    if (known === null) return OVERLOADED;
    return typeof known === "string" ? refusedToken(known) : known;
  }

  /** Puts a connected socket in its owner's room; null, or why not. */
  admit(socket: PushSocket, token: string, principal: Principal): Refused | null {
    const before = this.principalOf(socket);
    if (before !== null && before.userId !== principal.userId) {
      return refused("AUTH_UNAUTHORIZED", "This socket belongs to another user; open a new one");
    }
    if (before === null && this.isFull(principal.userId)) return TOO_MANY;
    this.release(socket);
    const held = { socket, token, principal };
    this.#held.set(socket.id, held);
    for (const owner of [principal.sessionId, principal.userId]) {
      this.#byOwner.set(owner, (this.#byOwner.get(owner) ?? new Set()).add(socket));
    }
    void socket.join([userRoom(principal.userId), EVERYBODY]);
    // Its session may have ended between the look-up and this moment, when nobody could find this socket.
    void this.#recheck(held);
    return null;
  }

  isFull(userId: string): boolean {
    return (this.#byOwner.get(userId)?.size ?? 0) >= this.#options.socketsPerUserMax;
  }

  release(socket: PushSocket): void {
    const held = this.#held.get(socket.id);
    if (held === undefined) return;
    this.#held.delete(socket.id);
    for (const owner of [held.principal.sessionId, held.principal.userId]) {
      const sockets = this.#byOwner.get(owner);
      sockets?.delete(socket);
      if (sockets?.size === 0) this.#byOwner.delete(owner);
    }
  }

  /** Disconnects those of a session's or user's sockets whose token is no longer good. */
  recheck(sessionOrUserId: string): void {
    for (const { id } of this.#byOwner.get(sessionOrUserId) ?? []) this.#recheckSocket(id);
  }

  recheckAll(): void {
    for (const id of [...this.#held.keys()]) this.#recheckSocket(id);
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #recheckOldest(): void {
    let left = Math.ceil((this.#held.size * RECHECK_TICK_MS) / this.#options.recheckMs);
    // Each goes to the end of the map as it is checked, so this meets no socket twice.
    for (const id of this.#held.keys()) {
      if (left <= 0) return;
      left -= 1;
      this.#recheckSocket(id);
    }
  }

  #recheckSocket(id: string): void {
    const held = this.#held.get(id);
    if (held === undefined) return;
    this.#held.delete(id);
    this.#held.set(id, held);
    void this.#recheck(held);
  }

  async #recheck(held: Held): Promise<void> {
    const known = await this.#ask(held.token);
    const { socket } = held;
    // Nothing is known while the database is away: the socket stays, and is asked for again.
    if (known === null || typeof known === "object" || this.#held.get(socket.id) !== held) return;
    socket.disconnect(true);
  }

  /** Null where the database cannot be asked. */
  async #ask(token: string): Promise<Principal | AuthFailure | null> {
    try {
      return await this.#options.authenticator.authenticate(token);
    } catch (error) {
      if (!(error instanceof Fault))
        this.#options.log.error({ error: String(error) }, "authentication failed");
      return null;
    }
  }
}

export const TOO_MANY = refused("RATE_LIMIT_EXCEEDED", "You have too many open connections; close one first");
