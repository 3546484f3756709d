import { PoissonArrivals } from "./arrivals.ts";
import { monotonicMs } from "./clock.ts";
import { Connections } from "./connections.ts";
import type { HttpAnswer, HttpConnection } from "./http-connection.ts";
import { LoadWindow } from "./load-window.ts";
import type { OpenOrder, OpenSeen } from "./messages.ts";
import { RequestWriter, type Written } from "./request-writer.ts";
import { WaitingRoom } from "./waiting-room.ts";

/** A request on its way, or on its way to a connection. */
interface Flight extends Written {
  /** When it was to be sent, whenever it was. */
  readonly intendedMs: number;
  /** When it was; 0 until then. */
  sentMs: number;
  /** Null while nothing counts. */
  readonly window: LoadWindow | null;
}

const GRACE_CHECK_MS = 20;

/**
 * Sends requests when they are due, whatever became of those before: an open loop. A latency counts from the time at which a
 * request was to be sent, so that it contains the wait for a late generator and for a free connection.
 */
export class OpenLoad {
  readonly #order: OpenOrder;
  readonly #onBoundary: (at: number) => void;
  readonly #arrivals: PoissonArrivals;
  readonly #writer: RequestWriter;
  readonly #connections: Connections;
  readonly #windows: LoadWindow[];
  readonly #flights = new Set<Flight>();
  readonly #accepted: OpenSeen["acceptedBookings"][number][] = [];
  readonly #waiting = new WaitingRoom<Flight>();
  #startMs = 0;
  #nextMs = 0;
  #timer: NodeJS.Timeout | null = null;

  constructor(order: OpenOrder, onBoundary: (at: number) => void) {
    this.#order = order;
    this.#onBoundary = onBoundary;
    this.#arrivals = new PoissonArrivals(order);
    this.#writer = new RequestWriter(order);
    this.#connections = new Connections({ port: order.port, max: order.connectionsMax });
    this.#windows = Array.from({ length: order.windows }, () => new LoadWindow());
  }

  /** Runs to the end of the last window, and as long after it as answers are waited for. */
  async run(): Promise<OpenSeen> {
    const { warmUpMs, windowMs, windows, graceMs } = this.#order;
    this.#startMs = monotonicMs();
    this.#nextMs = this.#startMs + this.#arrivals.next();
    this.#pump();
    await until(this.#startMs + warmUpMs);
    const fromCpu = process.cpuUsage();
    await this.#passWindows();
    const { user, system } = process.cpuUsage(fromCpu);
    const deadlineMs = monotonicMs() + graceMs;
    while (this.#flights.size > 0 && monotonicMs() < deadlineMs) await until(monotonicMs() + GRACE_CHECK_MS);
    this.#abandon();
    return {
      windows: this.#windows.map((window) => window.seen()),
      acceptedBookings: this.#accepted,
      coreShare: (user + system) / 1_000 / (windowMs * windows),
    };
  }

  async #passWindows(): Promise<void> {
    const { warmUpMs, windowMs } = this.#order;
    this.#onBoundary(0);
    for (const [at, window] of this.#windows.entries()) {
      await until(this.#startMs + warmUpMs + (at + 1) * windowMs);
      window.ended(this.#standing());
      this.#onBoundary(at + 1);
    }
  }

  /** Sends everything that is due, and comes back when the next is. */
  #pump(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    const nowMs = monotonicMs();
    const { warmUpMs, windowMs, windows } = this.#order;
    const endMs = this.#startMs + warmUpMs + windows * windowMs;
    while (this.#nextMs <= nowMs && this.#nextMs < endMs) {
      this.#arrive(this.#nextMs, nowMs);
      this.#nextMs = this.#startMs + this.#arrivals.next();
    }
    this.#timer = this.#nextMs < endMs ? setTimeout(() => this.#pump(), waitOf(this.#nextMs, nowMs)) : null;
  }

  #arrive(intendedMs: number, nowMs: number): void {
    const { windowMs, warmUpMs } = this.#order;
    const at = Math.floor((intendedMs - this.#startMs - warmUpMs) / windowMs);
    const window = this.#windows[at] ?? null;
    window?.arrived(nowMs - intendedMs);
    const flight = { ...this.#writer.write(), intendedMs, sentMs: 0, window };
    this.#flights.add(flight);
    const connection = this.#connections.take();
    if (connection === null) this.#waiting.enter(flight);
    else this.#send(connection, flight);
  }

  #send(connection: HttpConnection, flight: Flight): void {
    flight.sentMs = monotonicMs();
    connection.ask(flight.text, (answer) => this.#answered(connection, flight, answer));
  }

  #answered(connection: HttpConnection, flight: Flight, answer: HttpAnswer | null): void {
    const { window, isBooking, intendedMs, sentMs } = flight;
    const nowMs = monotonicMs();
    this.#flights.delete(flight);
    window?.answered(answer, isBooking, { latencyMs: nowMs - intendedMs, sinceSentMs: nowMs - sentMs });
    if (isBooking && answer !== null) this.#note(answer, flight);
    this.#useAgain(connection, nowMs);
    // Something else may be due meanwhile, and a timer would come a millisecond later.
    if (this.#nextMs <= nowMs) this.#pump();
  }

  #note({ status, location }: HttpAnswer, { window, intendedMs, user }: Flight): void {
    if (status === 201) this.#writer.confirmed(location, user);
    if (status !== 202 || window === null) return;
    this.#accepted.push([location?.split("/").at(-1) ?? "", intendedMs, this.#windows.indexOf(window)]);
  }

  /** Gives a connection that is free again to who waits for one longest. */
  #useAgain(connection: HttpConnection, nowMs: number): void {
    const flight = this.#nextWaiting(nowMs);
    const usable = flight === null || !connection.isGone ? connection : this.#connections.take();
    if (flight === null) this.#connections.giveBack(connection);
    else if (usable !== null) this.#send(usable, flight);
    else this.#waiting.enter(flight);
  }

  #nextWaiting(nowMs: number): Flight | null {
    const { patienceMs } = this.#order;
    for (let flight = this.#waiting.next(); flight !== null; flight = this.#waiting.next()) {
      if (patienceMs === null || nowMs - flight.intendedMs <= patienceMs) return flight;
      flight.window?.gaveUp();
      this.#flights.delete(flight);
    }
    return null;
  }

  #standing() {
    return {
      inFlight: this.#flights.size,
      waiting: this.#waiting.size,
      connections: this.#connections.open,
    };
  }

  #abandon(): void {
    const nowMs = monotonicMs();
    for (const { window, intendedMs, isBooking } of this.#flights)
      window?.unanswered(nowMs - intendedMs, isBooking);
    this.#flights.clear();
    this.#connections.close();
  }
}

function until(atMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, waitOf(atMs, monotonicMs())));
}

function waitOf(atMs: number, nowMs: number): number {
  return Math.max(0, atMs - nowMs);
}
