import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { io, type ManagerOptions, type Socket, type SocketOptions } from "socket.io-client";
import type { EventId, UserId } from "../../src/domain/ids.ts";
import type { LedgerEntry } from "../../src/domain/ledger.ts";
import type { EventView } from "../../src/domain/views.ts";
import type { Authenticator, AuthFailure, Principal } from "../../src/identity/principal.ts";
import { createClientAddress } from "../../src/ops/client-address.ts";
import { Fault } from "../../src/ops/fault.ts";
import type { Log } from "../../src/ops/log.ts";
import type { RealtimeLimits } from "../../src/realtime/limits.ts";
import { createRealtime, type Realtime, type RealtimeOptions } from "../../src/realtime/realtime.ts";
import { Client } from "./client.ts";
import { ADA, BOB, CONCERT, eventView, OPERA } from "./facts.ts";

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
  /** What `catch_up` finds. */
  readonly ledger: LedgerEntry[] = [];
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
      readMissed: async ({ afterSeq }) => ({
        entries: this.ledger.filter(({ seq }) => seq > afterSeq),
        seq: this.ledger.at(-1)?.seq ?? afterSeq,
      }),
      presenters: {
        event: ({ eventId, name, status, seq }) => ({ id: eventId, name, status, seq }),
        refusal: ({ reason }) => ({ code: "EVENT_SOLD_OUT", message: reason }),
      },
      redis: null,
      corsOrigins: ["https://shop.example"],
      clientAddress: createClientAddress(["127.0.0.1"]),
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
