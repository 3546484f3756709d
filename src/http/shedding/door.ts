import type { IncomingMessage, ServerResponse } from "node:http";
import { isoTime } from "../../ops/iso-time.ts";
import { requestIdOf } from "../../ops/request-id.ts";
import { errorBodyOf } from "../middleware/funnel.ts";
import type { LoadClasses } from "./load-classes.ts";
import { admittedAtDoor, refusalOf, type Sheds } from "./shed.ts";

/** A request that was turned away, and when it came: milliseconds of a clock that never goes back. */
export interface TurnedAway {
  readonly request: IncomingMessage;
  readonly requestId: string;
  readonly path: string;
  readonly status: number;
  readonly startedMs: number;
}

export interface DoorOptions {
  readonly sheds: Sheds;
  /** What the patterns of the table are relative to. */
  readonly base: string;
  readonly table: LoadClasses;
  /** Header fields of every reply, and of an error. */
  readonly fields: readonly (readonly [name: string, value: string])[];
  /** Told of each; returns more fields for the reply. */
  readonly observe: (turnedAway: TurnedAway) => readonly (readonly [name: string, value: string])[];
}

const SENDING_MS_MAX = 5;
/** Three quarters of the time are for those who were let in. */
const RESTS_PER_SENDING = 3;

/** Who sends these is answered in another form, or seen all the way through: that is done further in. */
const UNUSUAL = ["origin", "traceparent"] as const;
/** What is asked for where JSON is good. */
const PLAIN: ReadonlySet<string | undefined> = new Set([undefined, "*/*", "application/json"]);

/**
 * Turns new work away in front of everything else. In an overload most of what a process does is to say no: all the way in,
 * that costs as much as half a booking, at the door a tenth. It knows the plain requests that come by the thousand, by
 * method and path as they are; of all others the gate of their router says the same (`shed`).
 *
 * Refusals are sent a few milliseconds' worth at a time, with a rest three times as long after each. Many of those who are
 * refused ask again at once; where all were answered at once, each round of the event loop would read from all of them
 * before it came to what those who were let in wait for, which takes several rounds.
 */
export class Door {
  readonly #options: DoorOptions;
  readonly #entering: ReadonlySet<string>;
  readonly #refusals: (() => void)[] = [];
  #restsUntilMs = 0;

  constructor(options: DoorOptions) {
    this.#options = options;
    const entering = Object.keys(options.table).filter((route) => options.table[route] === "entering");
    const plain = entering.filter((route) => !route.includes(":"));
    this.#entering = new Set(plain.map((route) => route.replace(" ", ` ${options.base}`)));
  }

  /** @returns whether the request was turned away: then nobody else answers it */
  turnsAway(request: IncomingMessage, response: ServerResponse): boolean {
    const { sheds } = this.#options;
    if (sheds.isCalm() || !this.#isKnown(request)) return false;
    const retryAfterS = sheds.refusal("entering");
    if (retryAfterS === null) {
      admittedAtDoor.add(request);
      return false;
    }
    const startedMs = performance.now();
    this.#refusals.push(() => this.#refuse(request, response, { retryAfterS, startedMs }));
    if (this.#refusals.length === 1) this.#schedule();
    return true;
  }

  #isKnown({ method, url, headers }: IncomingMessage): boolean {
    if (!this.#entering.has(`${method} ${url}`)) return false;
    return PLAIN.has(headers.accept) && UNUSUAL.every((name) => headers[name] === undefined);
  }

  #schedule(): void {
    const restMs = this.#restsUntilMs - performance.now();
    if (restMs > 0) setTimeout(() => this.#sendSome(), restMs);
    else setImmediate(() => this.#sendSome());
  }

  #sendSome(): void {
    const startedMs = performance.now();
    let sent = 0;
    for (const refuse of this.#refusals) {
      refuse();
      sent += 1;
      if (performance.now() - startedMs > SENDING_MS_MAX) break;
    }
    this.#refusals.splice(0, sent);
    const endedMs = performance.now();
    this.#restsUntilMs = endedMs + (endedMs - startedMs) * RESTS_PER_SENDING;
    if (this.#refusals.length > 0) this.#schedule();
  }

  #refuse(
    request: IncomingMessage,
    response: ServerResponse,
    { retryAfterS, startedMs }: { readonly retryAfterS: number; readonly startedMs: number },
  ): void {
    const { fields, observe } = this.#options;
    const requestId = requestIdOf(request);
    const path = request.url ?? "";
    const refusal = refusalOf(retryAfterS);
    const { status } = refusal;
    const more = observe({ request, requestId, path, status, startedMs });
    const text = JSON.stringify(errorBodyOf(refusal, requestId, isoTime(Date.now())));
    for (const [name, value] of fields) response.setHeader(name, value);
    for (const [name, value] of more) response.setHeader(name, value);
    response.setHeader("X-Request-Id", requestId);
    response.setHeader("Retry-After", String(retryAfterS));
    response.setHeader("Content-Length", text.length);
    response.writeHead(status);
    response.end(text, "latin1");
  }
}
