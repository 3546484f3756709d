import pg from "pg";
import { type Check, checkProductBooks } from "./books.ts";
import { type Buyer, registerBuyers } from "./buyers.ts";
import { counted, duration, whole } from "./format.ts";
import { type Host, startHost } from "./host.ts";
import { Lane, share } from "./lane.ts";
import { createSaleEvent, readStock } from "./onsale-event.ts";
import type { OnsaleOptions } from "./onsale-options.ts";
import { type OnsaleResult, renderIntroduction } from "./onsale-report.ts";
import { Progress, type Screen } from "./progress.ts";
import { SeededDice } from "./random.ts";
import { type Answer, holdSale } from "./sale.ts";
import type { Started } from "./started.ts";
import { LatencyHistogram } from "./statistics.ts";
import { checkAnswers, tallyOf } from "./verdict.ts";

const CONNECTS_AT_ONCE_MAX = 64;

/**
 * One on-sale from beginning to end: server, buyers, event, sale, check of the books.
 * @param screen where progress is drawn; null: nowhere
 */
export async function runOnsale(
  options: OnsaleOptions,
  started: Started,
  screen: Screen | null,
): Promise<OnsaleResult> {
  const quantities = demandOf(options);
  const wanted = quantities.reduce((sum, quantity) => sum + quantity, 0);
  screen?.write(`${renderIntroduction(options, wanted)}\n`);
  const host = await hostOf(options, started, screen);
  const eventId = await createSaleEvent(host, options);
  const registration = await register(host, quantities, screen);
  const lanes = Array.from({ length: options.connections }, () => new Lane(host.origin));
  started.add({ stop: async () => void (await Promise.all(lanes.map((lane) => lane.close()))) });
  await connect(lanes, eventId, screen);
  const sale = await sell({ lanes, buyers: registration.buyers, eventId, tickets: options.tickets, screen });
  const event = await readStock(lanes[0]!, eventId);
  const databaseUrl = host.databaseUrl;
  const tally = tallyOf(sale.answers);
  const inDatabase = databaseUrl === null ? [] : await checkDatabase(databaseUrl, eventId);
  return {
    options,
    origin: host.origin,
    eventId,
    wanted,
    available: event.available,
    registeredMs: registration.tookMs,
    saleMs: sale.tookMs,
    tally,
    patience: sale.patience,
    latency: latencyOf(sale.answers),
    checks: [...checkAnswers(tally, event, options.buyers), ...inDatabase],
    databaseChecked: databaseUrl !== null,
  };
}

function demandOf({ buyers, quantity, seed }: OnsaleOptions): number[] {
  const dice = new SeededDice(seed);
  return Array.from({ length: buyers }, () => dice.between(quantity.min, quantity.max));
}

async function hostOf(options: OnsaleOptions, started: Started, screen: Screen | null): Promise<Host> {
  const { server, databaseUrl } = options;
  if (server !== null) {
    const { url: origin, email, password } = server;
    return { origin, admin: { email, password }, databaseUrl };
  }
  const startedMs = performance.now();
  const progress = new Progress(screen, "server");
  progress.update(0, () => "starting PostgreSQL, API and workers");
  const host = await startHost(started);
  progress.finish(
    `PostgreSQL, API and workers up in ${duration(performance.now() - startedMs)}: ${host.origin}`,
  );
  return host;
}

async function register(
  host: Host,
  quantities: readonly number[],
  screen: Screen | null,
): Promise<{ readonly buyers: readonly Buyer[]; readonly tookMs: number }> {
  const progress = new Progress(screen, "buyers");
  const startedMs = performance.now();
  const rate = (count: number) => whole(count / ((performance.now() - startedMs) / 1_000));
  const buyers = await registerBuyers(host.origin, quantities, (count) =>
    progress.update(
      count / quantities.length,
      () => `${whole(count)} of ${whole(quantities.length)}, ${rate(count)}/s (password hashing)`,
    ),
  );
  const tookMs = performance.now() - startedMs;
  progress.finish(`${counted(buyers.length, "buyer")} registered in ${duration(tookMs)}`);
  return { buyers, tookMs };
}

/** Everybody has the event's page open before the sale begins, so that connecting is not part of booking. */
async function connect(lanes: readonly Lane[], eventId: string, screen: Screen | null): Promise<void> {
  const progress = new Progress(screen, "line");
  let open = 0;
  const hands = lanes.slice(0, CONNECTS_AT_ONCE_MAX);
  await share(hands, lanes.length, async (_hand, at) => {
    await readStock(lanes[at]!, eventId);
    open += 1;
    progress.update(open / lanes.length, () => `${whole(open)} of ${whole(lanes.length)} connections`);
  });
  progress.finish(`${counted(lanes.length, "connection")} open, everybody is looking at the event`);
}

async function sell(sale: {
  readonly lanes: readonly Lane[];
  readonly buyers: readonly Buyer[];
  readonly eventId: string;
  readonly tickets: number;
  readonly screen: Screen | null;
}) {
  const { buyers, tickets } = sale;
  const progress = new Progress(sale.screen, "on sale");
  let answered = 0;
  let sold = 0;
  const note = () => `${whole(answered)} of ${whole(buyers.length)} answered, ${whole(sold)} sold`;
  const onAnswer = (answer: Answer) => {
    answered += 1;
    if (answer.type === "confirmed") sold += answer.quantity;
    progress.update(answered / buyers.length, note);
  };
  const held = await holdSale({ ...sale, onAnswer });
  progress.finish(`${note()}, ${whole(tickets - sold)} left`);
  return held;
}

function latencyOf(answers: readonly Answer[]) {
  const histogram = new LatencyHistogram();
  for (const answer of answers) if (answer.type !== "unanswered") histogram.add(answer.tookMs);
  return histogram.summary();
}

async function checkDatabase(url: string, eventId: string): Promise<Check[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await checkProductBooks(client, [eventId]);
  } finally {
    await client.end();
  }
}
