import { Redis } from "ioredis";
import { RateLimiterMemory, RateLimiterRedis, type RateLimiterRes } from "rate-limiter-flexible";

/** What is counted: a name, and the length of its windows. */
interface Window {
  readonly name: string;
  readonly windowS: number;
}

interface Tally {
  readonly used: number;
  readonly endsInMs: number;
}

export interface RateCounters {
  add(name: string, key: string): Promise<Tally>;
  peek(name: string, key: string): Promise<Tally>;
  forget(name: string, key: string): Promise<void>;
  close(): void;
}

type Store = ReadonlyMap<string, RateLimiterMemory | RateLimiterRedis>;

const KEY_PREFIX = "evently.limit";
/** How long a request waits for Redis at most, and only the first ones after it has gone. */
const ANSWER_MS_MAX = 200;
const CONNECT_MS_MAX = 5_000;
const RETRY_MS_MAX = 2_000;
const RETRY_STEP_MS = 100;
const PROBE_MS = 500;
/** The limits are judged elsewhere: here is only counted. */
const POINTS = Number.MAX_SAFE_INTEGER;

/** Counts in this process alone. */
export function createMemoryCounters(windows: readonly Window[]): RateCounters {
  const store = memoryOf(windows);
  return { ...countingIn(() => store), close() {} };
}

/**
 * Counts in Redis, for all processes together. When Redis fails once or takes longer than a fifth of a second, this process
 * counts by itself until a probe is answered: requests do not wait for what is away.
 */
export function createRedisCounters(url: string, windows: readonly Window[]): RateCounters {
  const redis = new Redis(url, {
    connectionName: "evently-limits",
    connectTimeout: CONNECT_MS_MAX,
    commandTimeout: ANSWER_MS_MAX,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    retryStrategy: (attempts: number) => Math.min(attempts * RETRY_STEP_MS, RETRY_MS_MAX),
  });
  // The other clients of this Redis log its outages.
  redis.on("error", () => undefined);
  const shared: Store = new Map(
    windows.map((window) => [
      window.name,
      new RateLimiterRedis({ ...optionsOf(window), storeClient: redis }),
    ]),
  );
  const own = memoryOf(windows);
  let isHere = false;
  const probe = async () => {
    isHere = await redis.ping().then(
      () => true,
      () => false,
    );
  };
  redis.on("ready", probe);
  const probing = setInterval(() => {
    if (!isHere) void probe();
  }, PROBE_MS).unref();
  const lost = () => {
    isHere = false;
  };
  return {
    ...insured(
      countingIn(() => (isHere ? shared : own)),
      countingIn(() => own),
      lost,
    ),
    close() {
      clearInterval(probing);
      redis.disconnect();
    },
  };
}

type Counting = Omit<RateCounters, "close">;

/** Counts with the second where the first fails. */
function insured(first: Counting, second: Counting, failed: () => void): Counting {
  const orSecond =
    <A extends string[], T>(one: (...args: A) => Promise<T>, other: (...args: A) => Promise<T>) =>
    (...args: A) =>
      one(...args).catch(() => {
        failed();
        return other(...args);
      });
  return {
    add: orSecond(first.add, second.add),
    peek: orSecond(first.peek, second.peek),
    forget: orSecond(first.forget, second.forget),
  };
}

function countingIn(store: () => Store): Counting {
  const of = (name: string) => {
    const counter = store().get(name);
    if (counter === undefined) throw new Error(`invariant: nothing is counted as ${name}`);
    return counter;
  };
  return {
    add: async (name, key) => tallyOf(await of(name).penalty(key)),
    peek: async (name, key) => tallyOf(await of(name).get(key)),
    forget: async (name, key) => void (await of(name).delete(key)),
  };
}

function tallyOf(result: RateLimiterRes | null): Tally {
  return { used: result?.consumedPoints ?? 0, endsInMs: Math.max(0, result?.msBeforeNext ?? 0) };
}

function memoryOf(windows: readonly Window[]): Store {
  return new Map(windows.map((window) => [window.name, new RateLimiterMemory(optionsOf(window))]));
}

function optionsOf({ name, windowS }: Window) {
  return { keyPrefix: `${KEY_PREFIX}:${name}`, points: POINTS, duration: windowS };
}
