import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { Courier } from "../../src/notifications/courier.ts";
import type { ClaimedDelivery } from "../../src/notifications/delivery.ts";
import { silent } from "../support/postgres.ts";
import { QUICK } from "./world.ts";

const HELD_MAX = 4;

interface Span {
  readonly from: number;
  readonly to: number;
}

/** A database that takes so long for everything, and always has more to carry, or nothing. */
class Database {
  readonly claims: Span[] = [];
  readonly records: Span[] = [];
  due: ClaimedDelivery[] = [];
  readonly #workMs: number;
  readonly #isBacklog: boolean;

  constructor(options: { readonly workMs: number; readonly isBacklog: boolean }) {
    this.#workMs = options.workMs;
    this.#isBacklog = options.isBacklog;
  }

  async claim(max: number): Promise<ClaimedDelivery[]> {
    await this.#work(this.claims);
    return this.#isBacklog ? Array.from({ length: max }, delivery) : this.due.splice(0, max);
  }

  async record(): Promise<number> {
    await this.#work(this.records);
    return 0;
  }

  async #work(spans: Span[]): Promise<void> {
    const from = performance.now();
    await sleep(this.#workMs);
    spans.push({ from, to: performance.now() });
  }
}

function delivery(): ClaimedDelivery {
  const person = { userId: "u", name: "P", email: "p@example.com", phone: null, pushSubscriptions: [] };
  const message = {
    notificationId: "n",
    kind: "test",
    title: "",
    text: "",
    eventId: null,
    data: {},
    createdAt: 0,
  };
  return { channel: "email", attempt: 1, attemptsBefore: 0, message, recipient: person };
}

describe("a courier", () => {
  let courier: Courier;
  const carried: number[] = [];
  afterEach(() => courier.close());

  function start(database: Database): void {
    carried.length = 0;
    const channel = {
      name: "email" as const,
      deliver: async () => {
        carried.push(performance.now());
        return { type: "delivered" as const, ref: null };
      },
    };
    const ports = {
      claim: (_: string, max: number) => database.claim(max),
      renew: async () => undefined,
      release: async () => undefined,
      record: () => database.record(),
      observe: () => undefined,
      onPlanned: () => undefined,
      rush: { isOn: false },
      log: silent,
    };
    courier = new Courier(channel, ports, { underWayMax: HELD_MAX, heldMax: HELD_MAX, retry: QUICK });
    courier.start();
  }

  it("with a backlog leaves a busy database alone for twice as long as it works on it", async () => {
    const database = new Database({ workMs: 80, isBacklog: true });
    start(database);
    await sleep(2_500);
    const { claims, records } = database;
    expect(claims.length).to.be.above(2);
    const length = ({ from, to }: Span) => to - from;
    for (const [at, claim] of claims.entries()) {
      const next = claims[at + 1];
      if (next === undefined) break;
      const recorded = records.filter(({ from }) => from >= claim.to && from < next.from);
      const workMs = [claim, ...recorded].reduce((sum, span) => sum + length(span), 0);
      expect(next.from - claim.from - workMs).to.be.at.least(workMs * 1.95);
    }
  });

  it("with a quiet database carries a single notification at once", async () => {
    const database = new Database({ workMs: 2, isBacklog: false });
    start(database);
    for (let time = 0; time < 3; time += 1) {
      await sleep(250);
      const toldAt = performance.now();
      database.due.push(delivery());
      courier.hint();
      await sleep(200);
      expect(carried).to.have.length(time + 1);
      expect((carried[time] ?? 0) - toldAt).to.be.below(150);
    }
  });

  it("that rests stops at once", async () => {
    const database = new Database({ workMs: 800, isBacklog: true });
    start(database);
    await sleep(850);
    const before = performance.now();
    await courier.close();
    expect(performance.now() - before).to.be.below(1_500);
  });
});
