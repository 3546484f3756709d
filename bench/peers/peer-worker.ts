import { setTimeout as sleep } from "node:timers/promises";

/** The part of a peer that decides or writes in a process of its own. It rests until it is told to work. */
export interface PeerWorker {
  work(): Promise<void>;
  /** Resolves once nothing is under way any more. */
  rest(): Promise<void>;
  close(): Promise<void>;
}

const IDLE_MS = 2;

/**
 * A worker that looks for work again and again.
 * @param take does a piece of work; false where it found none
 * @param close gives back what the worker holds
 */
export function loopingWorker(take: () => Promise<boolean>, close: () => Promise<void>): PeerWorker {
  let working = false;
  let loop: Promise<void> = Promise.resolve();
  const run = async () => {
    while (working) if (!(await take())) await sleep(IDLE_MS);
  };
  const rest = () => {
    working = false;
    return loop;
  };
  return {
    work: async () => {
      if (working) return;
      working = true;
      loop = run();
      // A loop that fails ends the process, and so the measurement: what it did not do must not pass for a result.
      loop.catch((error: unknown) => {
        console.error(error);
        process.exit(1);
      });
    },
    rest,
    close: async () => {
      await rest();
      await close();
    },
  };
}
