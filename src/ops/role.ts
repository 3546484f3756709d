import type { Config } from "./config.ts";
import { createLog, type Log } from "./log.ts";
import { configOrExit, warnOfSlips } from "./read-config.ts";
import { type ClosingStep, runRole } from "./shutdown.ts";

/** A role that is ready. */
export interface StartedRole {
  /** Where it listens: for clients, or for who looks at its metrics. */
  readonly port: number;
  /** What is closed at its end, one after the other. */
  readonly steps: readonly ClosingStep[];
}

const READY = {
  api: "API is ready",
  booking: "booking worker is ready",
  effects: "effects worker is ready",
} as const;

export interface Role {
  readonly name: keyof typeof READY;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly start: (config: Config, log: Log, databaseUrl: string) => Promise<StartedRole>;
}

/**
 * What a process is from its beginning to its end: it reads its configuration, starts its role, tells the parent that it is
 * ready, and closes everything when it is told to stop. What cannot be used ends it with 1 and a line on standard error.
 */
export async function beRole({ name, env, start }: Role): Promise<void> {
  const config = configOrExit(env, { database: true });
  const log = createLog({ role: name, level: config.LOG_LEVEL });
  // A parent has said it already.
  if (process.send === undefined) warnOfSlips(env, log);
  const { port, steps } = await start(config, log, config.DATABASE_URL as string);
  runRole({ log, shutdownMsMax: config.SHUTDOWN_MS_MAX, steps });
  log.info({ port }, READY[name]);
  process.send?.({ type: "ready", port });
}
