import closeWithGrace, { type Options } from "close-with-grace";
import type { Log } from "./log.ts";

/** One thing to close; where `close` returns a promise, the next step waits for it. */
export interface ClosingStep {
  readonly name: string;
  readonly close: () => unknown;
}

export interface RoleOptions {
  readonly log: Log;
  readonly shutdownMsMax: number;
  /** Closed one after the other, in this order. */
  readonly steps: readonly ClosingStep[];
}

const STOP_SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
/** In a terminal Ctrl-C reaches a process twice: from the terminal, and passed on by npm. */
const SAME_SIGNAL_MS_MAX = 700;
/** The library ends the process on a second signal however soon it follows, so signals are ours. */
const LIBRARY_SIGNALS: NonNullable<Options["skip"]> = ["SIGHUP", "SIGINT", "SIGQUIT", "SIGTERM", "SIGUSR2"];

/** Calls `first` on the first SIGINT, SIGTERM or SIGHUP and `again` on later ones that are no echo of it. */
export function onStopSignal(first: (signal: string) => void, again: (signal: string) => void): void {
  let firstAt: number | null = null;
  for (const signal of STOP_SIGNALS) {
    process.on(signal, () => {
      if (firstAt === null) {
        firstAt = Date.now();
        first(signal);
      } else if (Date.now() - firstAt > SAME_SIGNAL_MS_MAX) {
        again(signal);
      }
    });
  }
}

/**
 * Makes a ready process end well: on SIGINT, SIGTERM or SIGHUP, when the parent that forked it is gone, on an error
 * that nobody caught, or when `stop` is called, the steps are closed and the process exits: 0, or 1 after an error.
 * After `shutdownMsMax`, or on a second signal, it exits with 1 whatever is still open. A step that fails is logged and
 * does not keep the later ones from closing.
 */
export function runRole({ log, shutdownMsMax, steps }: RoleOptions): { readonly stop: () => void } {
  let closing: Promise<void> | null = null;
  const grace = closeWithGrace(
    {
      delay: shutdownMsMax,
      skip: LIBRARY_SIGNALS,
      logger: false,
      onTimeout: () => log.error({ shutdownMsMax }, "not closed in time; exiting"),
      onSecondError: (error) => log.error({ error: describe(error) }, "second error; exiting"),
    },
    ({ err }) => {
      if (err !== undefined) log.error({ error: describe(err) }, "uncaught error; closing");
      closing ??= closeAll(steps, log);
      return closing;
    },
  );
  const stop = (reason: string) => {
    if (closing !== null) return;
    log.info({ reason }, "closing");
    grace.close();
  };
  onStopSignal(stop, () => process.exit(1));
  stopWithParent(() => stop("parent is gone"));
  return { stop: () => stop("asked to") };
}

/** A forked process has a channel to its parent, which the kernel closes when the parent dies. */
function stopWithParent(stop: () => void): void {
  if (process.send === undefined) return;
  process.once("disconnect", stop);
  // Raised when a message finds the channel closed, which "disconnect" tells anyway.
  process.on("error", () => {});
  // It may have died before anybody listened.
  if (!process.connected) stop();
}

async function closeAll(steps: readonly ClosingStep[], log: Log): Promise<void> {
  for (const { name, close } of steps) {
    const began = Date.now();
    try {
      await close();
      log.debug({ step: name, ms: Date.now() - began }, "closed");
    } catch (error) {
      log.error({ step: name, error: describe(error) }, "failed to close");
    }
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
