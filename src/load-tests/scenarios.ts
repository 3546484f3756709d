/** Bookings as fast as they are answered. */
export interface BookingScenario {
  readonly name: string;
  readonly title: string;
  readonly connections: number;
  readonly events: number;
  /** Every request takes the best free seat of a seat map. */
  readonly isSeated: boolean;
}

/** The hall of seated scenarios: more seats than can be sold while something is measured. */
export const HALL = { sections: 40, rowsPerSection: 100, seatsPerRow: 50 } as const;
export const HALL_SEATS = HALL.sections * HALL.rowsPerSection * HALL.seatsPerRow;

/** What `npm run bench` measures, and load tests ask for by the same names. */
export const BOOKING_SCENARIOS = [
  { name: "hot-1", title: "one event, 1 connection", connections: 1, events: 1, isSeated: false },
  { name: "hot-100", title: "one event, 100 connections", connections: 100, events: 1, isSeated: false },
  { name: "hot-1000", title: "one event, 1,000 connections", connections: 1_000, events: 1, isSeated: false },
  {
    name: "spread-1000",
    title: "100 events evenly, 1,000 connections",
    connections: 1_000,
    events: 100,
    isSeated: false,
  },
  {
    name: "seated-1000",
    title: `one event of ${HALL_SEATS.toLocaleString("en-US")} seats (the peers have no seats), 1,000 connections`,
    connections: 1_000,
    events: 1,
    isSeated: true,
  },
] as const satisfies readonly BookingScenario[];

/** What a load test asks, again and again on each of its connections. */
export interface LoadScenario extends BookingScenario {
  readonly method: "GET" | "POST";
  /** `:id` stands for an event of the test's own. */
  readonly path: string;
}

const READS = { connections: 100, isSeated: false, method: "GET" } as const;

const SCENARIOS: readonly LoadScenario[] = [
  { ...READS, name: "event-list", title: "the list of events", path: "/api/v1/events", events: 0 },
  { ...READS, name: "popular-events", title: "what sells best", path: "/api/v1/events/popular", events: 0 },
  { ...READS, name: "event-page", title: "the page of one event", path: "/api/v1/events/:id", events: 1 },
  ...BOOKING_SCENARIOS.map((one) => ({ ...one, method: "POST" as const, path: "/api/v1/bookings" })),
];

const BY_NAME = new Map(SCENARIOS.map((scenario) => [scenario.name, scenario]));

export const SCENARIO_NAMES: readonly string[] = [...BY_NAME.keys()];

/** The scenario of a path, where somebody names that: never an address, always one of these. */
const BY_ENDPOINT: ReadonlyMap<string, string> = new Map([
  ["/api/v1/events", "event-list"],
  ["/api/v1/events/popular", "popular-events"],
  ["/api/v1/events/:id", "event-page"],
  ["/api/v1/bookings", "hot-100"],
]);

export const ENDPOINTS: readonly string[] = [...BY_ENDPOINT.keys()];

/** @param name one of `SCENARIO_NAMES` @throws Error for any other */
export function scenarioNamed(name: string): LoadScenario {
  const scenario = BY_NAME.get(name);
  if (scenario === undefined) throw new Error(`invariant: no load scenario ${name}`);
  return scenario;
}

/** @param endpoint one of `ENDPOINTS` */
export function scenarioAt(endpoint: string): LoadScenario {
  return scenarioNamed(BY_ENDPOINT.get(endpoint) ?? endpoint);
}

/** How much a load test may be. */
export const LOAD_TEST_LIMITS = {
  usersMax: 1_000,
  durationSMax: 600,
  durationSDefault: 30,
  /** Each booking is a row for ever, and is cancelled in the end. */
  bookingsMax: 200_000,
  readsMax: 5_000_000,
} as const;

/** How many requests a test of a scenario may send. */
export function requestsMaxOf({ method }: Pick<LoadScenario, "method">): number {
  return method === "POST" ? LOAD_TEST_LIMITS.bookingsMax : LOAD_TEST_LIMITS.readsMax;
}
