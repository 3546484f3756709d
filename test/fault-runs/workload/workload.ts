import { setTimeout as sleep } from "node:timers/promises";
import { createUsers } from "../../../bench/lib/users.ts";
import type { Queryable } from "../../../src/store/database.ts";
import type { Buyer } from "./buyer.ts";
import { buyersOf, listenersOf } from "./crew.ts";
import { type EventOnSale, type Hall, openEvent, openHall } from "./hall.ts";
import { Known } from "./known.ts";
import { cashUp, lookAgain } from "./last-looks.ts";
import type { Listener } from "./listener.ts";
import { Open } from "./open.ts";
import { Requester, type RequesterOptions } from "./requester.ts";
import type { Credentials } from "./requests.ts";
import { DEFAULTS, type Person, type WorkloadOptions } from "./wish.ts";

const PEOPLE = 10;
/** Probes go on behalf of this client. */
const PROBE_CLIENT = 0;
const PROBE_RETRY_MS = 20;

/**
 * The clients of a fault run: concurrent, seeded, on the real API over HTTP and Socket.IO, with everything written down.
 *
 *   opened ──start──▶ at work ──end──▶ at rest ──probe, catchUp──▶ ──close──▶ gone
 */
export class Workload {
  readonly hall: Hall;
  readonly people: readonly Person[];
  /** Of all events. */
  readonly organizer: Person;
  readonly requester: Requester;
  readonly known: Known;
  readonly #options: WorkloadOptions;
  readonly #credentials: Credentials;
  readonly #open: Open;
  readonly #buyers: readonly Buyer[];
  readonly #listeners: readonly Listener[];
  #working: readonly Promise<void>[] = [];
  #probes = 0;

  private constructor(
    parts: Pick<Workload, "hall" | "people" | "organizer"> & {
      readonly options: WorkloadOptions;
      readonly credentials: Credentials;
    },
  ) {
    const { options, hall, people, credentials } = parts;
    this.hall = hall;
    this.people = people;
    this.organizer = parts.organizer;
    this.#options = options;
    this.#credentials = credentials;
    this.requester = this.requesterWith({});
    this.known = new Known(hall);
    this.#open = new Open(this.known);
    const shared = { hall, people, requester: this.requester, known: this.known, open: this.#open };
    this.#buyers = buyersOf(options, shared);
    this.#listeners = listenersOf(options, shared);
  }

  /** Makes people and puts the events on sale. The API has to be up. @throws where it refuses an event */
  static async open(options: WorkloadOptions): Promise<Workload> {
    const { db, jwtSecret: secret, apis, history, seed } = options;
    const [people, [organizer]] = await Promise.all([
      createUsers(db, { secret, count: PEOPLE, role: "user" }),
      createUsers(db, { secret, count: 1, role: "admin" }),
    ]);
    const [api] = apis();
    if (organizer === undefined || api === undefined)
      throw new Error("there is no API to open a workload on");
    const [hall, providerSecret] = await Promise.all([
      openHall(seed, { api, organizerToken: organizer.token, history }),
      providerSecretIn(db),
    ]);
    const tokens = new Map(people.map(({ userId, token }) => [userId, token]));
    const credentials = {
      tokenOf: (user: string | null) => (user === null ? organizer.token : (tokens.get(user) ?? "")),
      providerSecret: () => providerSecret,
    };
    return new Workload({ options, hall, people, organizer, credentials });
  }

  /** Another way for requests of the same people into the same history, to be closed by whoever wants it. */
  requesterWith(wish: Partial<Pick<RequesterOptions, "connections" | "requestMsMax">>): Requester {
    const { history, apis, wish: ofRun } = this.#options;
    const requestMsMax = ofRun.requestMsMax ?? DEFAULTS.requestMsMax;
    return new Requester({ history, apis, credentials: this.#credentials, requestMsMax, ...wish });
  }

  /** One more event, which nobody but who asked for it knows of. @param fields as `POST /events` takes them */
  async openEvent(name: string, fields: Readonly<Record<string, unknown>>): Promise<EventOnSale> {
    const { apis, history } = this.#options;
    const api = apis()[0] ?? "";
    return await openEvent(name, { fields }, { api, organizerToken: this.organizer.token, history });
  }

  /** Bookings that clients know to be confirmed. */
  get confirmed(): number {
    return this.known.bookings.filter(({ state }) => state === "confirmed").length;
  }

  /** Sends the clients in. */
  start(): void {
    for (const listener of this.#listeners) listener.start();
    this.#working = this.#buyers.map((buyer) => buyer.work());
  }

  /**
   * Lets nobody set out to do anything new, and asks for everything that has no end yet, then once more for bookings that
   * clients know. @returns how much has no end when the time is up: of an API that is whole, nothing
   */
  async end(msMax: number): Promise<number> {
    const deadline = performance.now() + msMax;
    for (const buyer of this.#buyers) buyer.leave();
    await Promise.all(this.#working);
    const left = await this.#open.resolve(this.requester, () => performance.now() < deadline);
    if (this.#options.canPay) await cashUp(this.known, this.requester);
    await lookAgain(this.known, this.requester);
    const details = left === 0 ? "everything has an end" : `${left} have no end`;
    this.#options.history.note({ what: "workloadEnded", details });
    return left;
  }

  /**
   * Books until a booking is confirmed, or the time is up: the same one, again and again.
   * @returns milliseconds until then; null where it was not
   */
  async probe(msMax: number): Promise<number | null> {
    const { seed } = this.#options;
    const began = performance.now();
    this.#probes += 1;
    const user = this.people[this.#probes % this.people.length]?.userId ?? "";
    const key = `run-${seed}-probe-${this.#probes}`;
    const op = { type: "probe", event: this.hall.plain.id, user, key, quantity: 1 } as const;
    while (performance.now() - began < msMax) {
      const { type, body } = await this.requester.send(PROBE_CLIENT, op);
      if (type === "ok" && body.state === "confirmed") return performance.now() - began;
      await sleep(PROBE_RETRY_MS);
    }
    return null;
  }

  /** Lets every listener ask for what it missed, once all is decided; those who cannot within the time are in the history. */
  async catchUp(msMax: number): Promise<void> {
    await Promise.all(this.#listeners.map((listener) => listener.catchUp(msMax)));
  }

  async close(): Promise<void> {
    for (const buyer of this.#buyers) buyer.leave();
    for (const listener of this.#listeners) listener.close();
    await Promise.all(this.#working);
    await this.requester.close();
  }
}

async function providerSecretIn(db: Queryable): Promise<string> {
  const { rows } = await db.query("select value from setting where name = 'test_provider_secret'");
  const value: unknown = rows[0]?.value;
  if (typeof value !== "string") throw new Error("the test provider has no secret yet");
  return value;
}
