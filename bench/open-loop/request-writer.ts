import { SeededDice } from "../lib/random.ts";
import type { OpenOrder, RequestKind } from "./messages.ts";

/** A request ready to be sent, and what has to be known of it when it is answered. */
export interface Written {
  readonly text: string;
  readonly isBooking: boolean;
  readonly user: number;
}

/** How many confirmed bookings are kept for requests that need one. */
const BOOKINGS_KEPT_MAX = 10_000;
const BOOKINGS_DICE = 1_000_003;

/** Writes the requests of an order: users and events take turns, kinds are drawn by weight. */
export class RequestWriter {
  readonly #order: OpenOrder;
  readonly #dice: SeededDice;
  readonly #heads: readonly string[];
  readonly #weights: number;
  /** `needsBooking` kinds fall back to the first kind while there is no booking yet. */
  readonly #bookings: { readonly path: string; readonly user: number }[] = [];
  #next = 0;

  constructor(order: OpenOrder) {
    this.#order = order;
    this.#dice = new SeededDice(order.seed + BOOKINGS_DICE);
    this.#weights = order.kinds.reduce((sum, { weight }) => sum + weight, 0);
    const fixed = Object.entries(order.headers).map(([name, value]) => `${name}: ${value}\r\n`);
    this.#heads = order.tokens.map(
      (token) =>
        ` HTTP/1.1\r\nhost: 127.0.0.1:${order.port}\r\nauthorization: Bearer ${token}\r\n${fixed.join("")}`,
    );
  }

  write(): Written {
    const at = this.#next;
    this.#next += 1;
    const kind = this.#kind();
    const booking = kind.path.includes("{booking}") ? this.#bookings.pop() : undefined;
    const chosen = kind.path.includes("{booking}") && booking === undefined ? this.#order.kinds[0]! : kind;
    const user = booking?.user ?? at % this.#heads.length;
    const event = this.#order.eventIds[at % this.#order.eventIds.length]!;
    const path =
      booking === undefined
        ? chosen.path.replace("{event}", event)
        : chosen.path.replace("{booking}", booking.path);
    const body = chosen.body?.replace("{event}", event) ?? null;
    const rest =
      body === null
        ? "\r\n"
        : `content-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
    return {
      text: `${chosen.method} ${path}${this.#heads[user]!}${rest}`,
      isBooking: chosen.isBooking,
      user,
    };
  }

  /** Keeps a confirmed booking for a later request. @param location its path */
  confirmed(location: string | null, user: number): void {
    const id = location?.split("/").at(-1);
    if (id === undefined || this.#bookings.length >= BOOKINGS_KEPT_MAX) return;
    this.#bookings.push({ path: id, user });
  }

  #kind(): RequestKind {
    const { kinds } = this.#order;
    if (kinds.length === 1) return kinds[0]!;
    let left = this.#dice.share() * this.#weights;
    for (const kind of kinds) {
      left -= kind.weight;
      if (left < 0) return kind;
    }
    return kinds[0]!;
  }
}
