import { createAdapter } from "@socket.io/redis-adapter";

/** What of a Redis client carries messages between processes; ioredis' `Redis` satisfies it. */
export interface MessageClient {
  on(event: string, listener: (...args: unknown[]) => void): unknown;
  off(event: string, listener: (...args: unknown[]) => void): unknown;
  publish(channel: string, message: string | Buffer): Promise<unknown>;
  subscribe(...channels: string[]): Promise<unknown>;
  psubscribe(...patterns: string[]): Promise<unknown>;
  unsubscribe(...channels: string[]): Promise<unknown>;
  punsubscribe(...patterns: string[]): Promise<unknown>;
}

/** One installation's channels begin with this. */
const CHANNEL_PREFIX = "evently.io";

/** Carries broadcasts that are not `local` to the sockets of the other processes. */
export function createRedisAdapter(redis: {
  readonly pub: MessageClient;
  readonly sub: MessageClient;
}): ReturnType<typeof createAdapter> {
  return createAdapter(unheard(redis.pub), unheard(redis.sub), { key: CHANNEL_PREFIX });
}

/**
 * The adapter drops the promises of its commands, and one that fails while Redis is away would end the process. Losing
 * a message is all that may come of it, and whoever made the client logs the outage.
 */
function unheard(client: MessageClient) {
  const drop = (reply: Promise<unknown>): void => {
    reply.catch(() => undefined);
  };
  return {
    on: client.on.bind(client),
    off: client.off.bind(client),
    publish: (channel: string, message: string | Buffer) => drop(client.publish(channel, message)),
    subscribe: (channels: string | readonly string[]) => drop(client.subscribe(...[channels].flat())),
    psubscribe: (pattern: string) => drop(client.psubscribe(pattern)),
    unsubscribe: (channels: string | readonly string[]) => drop(client.unsubscribe(...[channels].flat())),
    punsubscribe: (pattern: string) => drop(client.punsubscribe(pattern)),
  };
}
