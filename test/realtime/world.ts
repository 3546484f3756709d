import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { io, type ManagerOptions, type Socket, type SocketOptions } from "socket.io-client";
import {
  type BookingId,
  bookingIdOf,
  type CommandId,
  type EventId,
  type UserId,
} from "../../src/domain/ids.ts";
import type { LedgerEntry } from "../../src/domain/ledger.ts";
import type { Outcome } from "../../src/domain/outcome.ts";
import type { EventView } from "../../src/domain/views.ts";
import type { Authenticator, AuthFailure, Principal } from "../../src/identity/principal.ts";
import { Fault } from "../../src/ops/fault.ts";
import type { Log } from "../../src/ops/log.ts";
import type { RealtimeLimits } from "../../src/realtime/limits.ts";
import { createRealtime, type Realtime, type RealtimeOptions } from "../../src/realtime/realtime.ts";

export const ADA = "018f0000-0000-7000-8000-00000000000a" as UserId;
export const BOB = "018f0000-0000-7000-8000-00000000000b" as UserId;
export const CONCERT = "018f0000-0000-7000-8000-0000000000e1" as EventId;
export const OPERA = "018f0000-0000-7000-8000-0000000000e2" as EventId;
export const NOWHERE = "018f0000-0000-7000-8000-0000000000ff" as EventId;

// biome-ignore lint/suspicious/noExplicitAny: pushes and answers are read as a client would, field by field
export type Json = any;

/** Tokens are `<user>/<session>`; the rest of the contract is the real one's. */
export class StubAuthenticator implements Authenticator {
  isDown = false;
  asked = 0;
  readonly #failures = new Map<string, AuthFailure>();

  async authenticate(token: string): Promise<Principal | AuthFailure> {
    this.asked += 1;
    await null;
    if (this.isDown) throw new Fault("StoreUnavailable", "no database");
    const [userId, sessionId] = token.split("/");
    const failure = this.#failures.get(token) ?? this.#failures.get(sessionId ?? "");
    if (failure !== undefined) return failure;
    if ((userId !== ADA && userId !== BOB) || sessionId === undefined) return "TokenInvalid";
    return { userId, sessionId, role: "user", email: "a@example.com", name: "A", tier: "basic" };
  }

  /** From now on this token, or every token of this session, fails. */
  fail(tokenOrSession: string, failure: AuthFailure): void {
    this.#failures.set(tokenOrSession, failure);
  }

  forget(): void {}
  forgetAll(): void {}
}

/** A server of its own with what it would find in the database: a concert of 100 seats at 20.50, and an opera. */
export class World {
  readonly authenticator: StubAuthenticator;
  readonly events: Map<EventId, EventView>;
  readonly pushed: { name: string; sockets: number }[] = [];
  readonly logged: { level: string; message: string }[] = [];
  readonly #clients: Socket[] = [];
  server!: Server;
  realtime!: Realtime;
  reads = 0;
  sockets = 0;
  beforeRead: () => Promise<void> = async () => {};

  constructor(shared: { authenticator?: StubAuthenticator; events?: Map<EventId, EventView> } = {}) {
    this.authenticator = shared.authenticator ?? new StubAuthenticator();
    this.events = shared.events ?? new Map([CONCERT, OPERA].map((id) => [id, eventView(id)]));
  }

  async start(options: Partial<RealtimeOptions> & { limits?: Partial<RealtimeLimits> } = {}): Promise<this> {
    this.server = createServer((_request, response) => response.end("app")).listen(0, "127.0.0.1");
    await once(this.server, "listening");
    this.realtime = createRealtime({
      httpServer: this.server,
      authenticator: this.authenticator,
      readEvents: async (ids) => {
        this.reads += 1;
        await this.beforeRead();
        return ids.flatMap((id) => this.events.get(id) ?? []);
      },
      presenters: {
        event: ({ eventId, name, status, seq }) => ({ id: eventId, name, status, seq }),
        refusal: ({ reason }) => ({ code: "EVENT_SOLD_OUT", message: reason }),
      },
      redis: null,
      corsOrigins: ["https://shop.example"],
      log: this.#log(),
      observe: {
        sockets: (count) => {
          this.sockets = count;
        },
        pushed: (name, sockets) => this.pushed.push({ name, sockets }),
      },
      ...options,
    });
    return this;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** A client that keeps all that is pushed to it; not yet connected. */
  client(options: Partial<ManagerOptions & SocketOptions> = {}): Client {
    const socket = io(`${this.url}/notifications`, {
      transports: ["websocket"],
      reconnection: false,
      forceNew: true,
      ...options,
    });
    this.#clients.push(socket);
    return new Client(socket);
  }

  /** A connected, authenticated client. */
  async connect(userId: UserId, session = "s1"): Promise<Client> {
    const client = this.client({ auth: { token: `${userId}/${session}` } });
    await client.connected();
    return client;
  }

  hear(...entries: LedgerEntry[]): void {
    const { subscriber } = this.realtime;
    if (entries[0] !== undefined && subscriber.wants(entries[0].eventId)) subscriber.hear(entries);
  }

  async stop(): Promise<void> {
    for (const client of this.#clients) client.disconnect();
    await this.realtime.close();
    this.server.closeAllConnections();
    if (this.server.listening) await new Promise((resolve) => this.server.close(resolve));
  }

  #log(): Log {
    const note = (level: string) => (_fields: object, message: string) => {
      this.logged.push({ level, message });
    };
    return { debug: note("debug"), info: note("info"), warn: note("warn"), error: note("error") };
  }
}

export class Client {
  readonly socket: Socket;
  readonly pushes: { name: string; data: Json; atMs: number }[] = [];

  constructor(socket: Socket) {
    this.socket = socket;
    socket.onAny((name: string, data: Json) => this.pushes.push({ name, data, atMs: performance.now() }));
  }

  /** Resolves when the socket is connected. @throws the `connect_error` otherwise. */
  connected(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.socket.once("connect", resolve);
      this.socket.once("connect_error", reject);
    });
  }

  /** The refusal that a connection attempt meets. */
  async refusal(): Promise<{ message: string; data?: Json }> {
    return await this.connected().then(
      () => {
        throw new Error("the socket connected");
      },
      (error) => error,
    );
  }

  async ask(name: string, ...payload: unknown[]): Promise<Json> {
    return await this.socket.timeout(3_000).emitWithAck(name, ...payload);
  }

  async disconnected(): Promise<string> {
    if (this.socket.disconnected) return "already";
    const [reason] = await once(this.socket as never, "disconnect");
    return String(reason);
  }

  named(name: string): Json[] {
    return this.pushes.filter((push) => push.name === name).map(({ data }) => data);
  }

  /** Resolves when so many pushes of a name have come. */
  async heard(name: string, count = 1): Promise<Json[]> {
    await eventually(() => this.named(name).length >= count, `${count} × ${name}`);
    return this.named(name);
  }
}

/** Waits until something is so. @throws when it is not within 3 s. */
export async function eventually(isSo: () => boolean, what = "it"): Promise<void> {
  const until = performance.now() + 3_000;
  while (!isSo()) {
    if (performance.now() > until) throw new Error(`${what} did not come about`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

export function eventView(eventId: EventId, changes: Partial<EventView> = {}): EventView {
  return {
    eventId,
    number: 7,
    name: "Concert",
    description: null,
    venue: "Hall",
    category: null,
    startsAt: 2_000_000_000_000,
    endsAt: null,
    saleStartsAt: null,
    saleEndsAt: null,
    currency: "USD",
    ticketsPerBookingMax: 10,
    ticketsPerUserMax: null,
    status: "active",
    saleStatus: "open",
    cancellationTotal: null,
    cancellationDone: 0,
    refundsCount: 0,
    refundsMinor: 0,
    createdBy: BOB,
    createdAt: 1_700_000_000_000,
    updatedAt: 1_700_000_000_000,
    version: 1,
    seq: 1,
    tiers: [{ name: "General", priceMinor: 2_050, capacity: 100, held: 0, sold: 0 }],
    ...changes,
  };
}

/** What the database holds after `sold` tickets, at ledger number `seq`. */
export function soldView(eventId: EventId, sold: number, seq: number): EventView {
  return eventView(eventId, {
    seq,
    tiers: [{ name: "General", priceMinor: 2_050, capacity: 5_000, held: 0, sold }],
  });
}

let made = 0;

export function newBookingId(): BookingId {
  made += 1;
  return bookingIdOf({ nowMs: 1_750_000_000_000 + made, counter: 0, dice: 0, eventNumber: 7 });
}

/** A ledger entry; its command is of no interest to pushes. */
export function entry(eventId: EventId, seq: number, outcome: Outcome): LedgerEntry {
  const command = { type: "CloseSale", id: newBookingId() as CommandId } as const;
  return { eventId, seq, command, decision: [outcome], decidedAt: 1_750_000_000_000 };
}

export function confirmed(userId: UserId, quantity = 2, bookingId = newBookingId()): Outcome {
  return { type: "BookingConfirmed", bookingId, userId, tier: 0, quantity, unitPriceMinor: 2_050 };
}
