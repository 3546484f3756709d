import type { EventBooks, Evidence } from "../evidence.ts";
import { findingsOf } from "../findings.ts";
import { type Judgement, judged } from "../judgement.ts";
import type { Live } from "../ledger/changes.ts";
import { Stock } from "../ledger/stock.ts";

/** Three ways to count the same tickets: the ledger's bookings, the counters of tiers, and the rows of bookings and seats. */
export function judgeSums({ events, findings }: Evidence): Judgement {
  return judged([...events.flatMap(differences), ...findingsOf(findings, "I2")]);
}

const STATUS = { pending: "held", confirmed: "sold" } as const;
/** As `seat_taken` stores it. */
const SEAT_STATUS = { 1: "held", 2: "sold", 3: "blocked" } as const;

function differences({ eventId, ledger, tiers, bookings, seats }: EventBooks): string[] {
  const stock = new Stock();
  for (const entry of ledger) stock.take(entry);
  const rows = new Counts();
  for (const { tier, status, quantity } of bookings) {
    if (status in STATUS) rows.add(tier, STATUS[status as keyof typeof STATUS], quantity);
  }
  const wrong = stock.tiers.flatMap(({ name, held, sold, blocked, capacity }, at) => {
    const counted = tiers[at];
    const one = `${name}: ${held} held, ${sold} sold, ${blocked} blocked of ${capacity}`;
    const other =
      counted === undefined
        ? "nothing"
        : `${counted.name}: ${counted.held} held, ${counted.sold} sold, ${counted.blocked} blocked of ${counted.capacity}`;
    const inRows = `${rows.of(at, "held")} held, ${rows.of(at, "sold")} sold`;
    return [
      ...(one === other ? [] : [`event ${eventId}: the ledger makes ${one}, the counters say ${other}`]),
      ...(inRows === `${held} held, ${sold} sold`
        ? []
        : [
            `event ${eventId}, tier ${name}: the ledger makes ${held} held, ${sold} sold, the bookings ${inRows}`,
          ]),
    ];
  });
  return [...wrong, ...seatDifferences(eventId, [...stock.bookings.live.values()], seats)];
}

/** Of a seated event: the seats that live bookings have against those that are marked. */
function seatDifferences(eventId: string, live: readonly Live[], rows: EventBooks["seats"]): string[] {
  const expected = new Map(
    live.flatMap(({ seats, status }) => seats.map((seat) => [seat, status === "held" ? "held" : "sold"])),
  );
  const marked = new Map(
    rows
      .map(({ seat, status }) => [seat, SEAT_STATUS[status as keyof typeof SEAT_STATUS] as string] as const)
      .filter(([, status]) => status !== "blocked"),
  );
  return [...new Set([...expected.keys(), ...marked.keys()])].flatMap((seat) => {
    const [one = "free", other = "free"] = [expected.get(seat), marked.get(seat)];
    return one === other
      ? []
      : [`event ${eventId}: seat ${seat} is ${one} by the ledger and marked ${other}`];
  });
}

class Counts {
  readonly #counts = new Map<string, number>();

  add(tier: number, status: string, quantity: number): void {
    this.#counts.set(`${tier}/${status}`, this.of(tier, status) + quantity);
  }

  of(tier: number, status: string): number {
    return this.#counts.get(`${tier}/${status}`) ?? 0;
  }
}
