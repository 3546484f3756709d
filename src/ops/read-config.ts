import { type Config, ConfigError, loadConfig } from "./config.ts";
import type { Log } from "./log.ts";
import { misspelledNames } from "./misspelled.ts";

/** The configuration of a process, or its end: what is wrong goes to standard error, without a stack, and it exits with 1. */
export function configOrExit(
  env: Readonly<Record<string, string | undefined>>,
  wants?: { readonly database: boolean },
): Config {
  try {
    return loadConfig(env, wants);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  }
}

/** Says which names of the environment look like slips of the keyboard. */
export function warnOfSlips(env: Readonly<Record<string, string | undefined>>, log: Log): void {
  for (const { name, meant } of misspelledNames(env)) {
    log.warn({ name }, `${name} is no setting and was not read; is ${meant} meant?`);
  }
}
