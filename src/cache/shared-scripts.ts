import { Redis } from "ioredis";
import type { PageCommands } from "./shared-pages.ts";

const PAGE = "evently.page:";
const TAG = "evently.tag:";
/** The tag of all pages. */
export const ALL = "all";

/** Answers the time in µs and, where the page is good, when its read began, its head and its body. */
const LOOK = `
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local at = string.format('%.0f', now)
local page = redis.call('HMGET', KEYS[1], 'begun', 'tags', 'head', 'body')
if not page[1] then return {at, false, false, false} end
local tags = {'${TAG}${ALL}'}
for tag in string.gmatch(page[2], '%S+') do tags[#tags + 1] = '${TAG}' .. tag end
for _, dropped in ipairs(redis.call('MGET', unpack(tags))) do
  if dropped and tonumber(dropped) >= tonumber(page[1]) then return {at, false, false, false} end
end
return {at, page[1], page[3], page[4]}`;

/** Keeps a page until it is as old as it may be, unless a tag of it was dropped since its read began. */
const KEEP = `
local time = redis.call('TIME')
local begun = tonumber(ARGV[1])
local left = tonumber(ARGV[2]) - (time[1] * 1000000 + time[2] - begun) / 1000
if left < 1 then return 0 end
local tags = {'${TAG}${ALL}'}
for tag in string.gmatch(ARGV[3], '%S+') do tags[#tags + 1] = '${TAG}' .. tag end
for _, dropped in ipairs(redis.call('MGET', unpack(tags))) do
  if dropped and tonumber(dropped) >= begun then return 0 end
end
redis.call('HSET', KEYS[1], 'begun', ARGV[1], 'tags', ARGV[3], 'head', ARGV[4], 'body', ARGV[5])
redis.call('PEXPIRE', KEYS[1], math.floor(left))
return 1`;

/** Marks tags as dropped now, for longer than any page of theirs can live. */
const DROP = `
local time = redis.call('TIME')
local now = string.format('%.0f', time[1] * 1000000 + time[2])
for _, tag in ipairs(KEYS) do redis.call('SET', tag, now, 'PX', ARGV[1]) end
return #KEYS`;

const SCRIPTS = {
  eventlyLook: { lua: LOOK, numberOfKeys: 1 },
  eventlyKeep: { lua: KEEP, numberOfKeys: 1 },
  eventlyDrop: { lua: DROP },
};

interface Scripted {
  eventlyLookBuffer(key: string): ReturnType<PageCommands["lookAtPage"]>;
  eventlyKeep(key: string, ...args: readonly (string | Buffer)[]): Promise<unknown>;
  eventlyDrop(keys: number, ...args: readonly string[]): Promise<unknown>;
}

const CONNECT_MS_MAX = 5_000;
const RETRY_MS_MAX = 2_000;
const RETRY_STEP_MS = 100;

/** What an operator is told of a Redis. */
export interface RedisFigures {
  /** Keys of all that uses it, not of pages alone. */
  readonly keys: number;
  readonly bytes: number;
}

export interface PageRedis extends PageCommands {
  /** @throws where Redis does not answer in time. */
  figures(): Promise<RedisFigures>;
  close(): void;
}

/**
 * The commands of pages on a connection of their own, in the order in which they are given.
 * @param answerMsMax how long any of them may take
 */
export function createPageRedis(url: string, answerMsMax: number): PageRedis {
  const redis = new Redis(url, {
    connectionName: "evently-pages",
    connectTimeout: CONNECT_MS_MAX,
    commandTimeout: answerMsMax,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    retryStrategy: (attempts: number) => Math.min(attempts * RETRY_STEP_MS, RETRY_MS_MAX),
    scripts: SCRIPTS,
  });
  // The clients of the sockets log its outages.
  redis.on("error", () => undefined);
  const scripted = redis as unknown as Scripted;
  return {
    get isReady() {
      return redis.status === "ready";
    },
    lookAtPage: (key) => scripted.eventlyLookBuffer(PAGE + key),
    keepPage: (key, ...args) => scripted.eventlyKeep(PAGE + key, ...args),
    dropTags: (tags, keepMs) => scripted.eventlyDrop(tags.length, ...tags.map((tag) => TAG + tag), keepMs),
    async figures() {
      const [keys, memory] = await Promise.all([redis.dbsize(), redis.info("memory")]);
      return { keys, bytes: Number(/^used_memory:(\d+)/m.exec(memory)?.[1] ?? 0) };
    },
    close: () => redis.disconnect(),
  };
}
