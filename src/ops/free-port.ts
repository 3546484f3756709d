import { randomInt } from "node:crypto";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/**
 * Waits up to `waitMsMax` for a port to become free: what an earlier run left behind closes its port
 * within moments, while a port that somebody uses stays taken.
 */
export async function becomesFree(port: number, host: string, waitMsMax: number): Promise<boolean> {
  const deadline = Date.now() + waitMsMax;
  while ((await listenBriefly(port, host)) === null) {
    if (Date.now() >= deadline) return false;
    await sleep(50);
  }
  return true;
}

/** Below the ports that systems give to whoever asks for any: such a one would often be somebody else's a moment later. */
const OWN_CHOICE = { lowest: 15_000, highest: 32_000, triesMax: 50 } as const;

/** A TCP port of the loopback that is free now: `preferred` where it is, otherwise any. It is for who listens on it soon. */
export async function freePort(preferred: number | null): Promise<number> {
  const wanted = preferred === null ? null : await listenBriefly(preferred, "127.0.0.1");
  if (wanted !== null) return wanted;
  const { lowest, highest, triesMax } = OWN_CHOICE;
  for (let tries = 0; tries < triesMax; tries += 1) {
    const port = await listenBriefly(randomInt(lowest, highest), "127.0.0.1");
    if (port !== null) return port;
  }
  throw new Error(`no free TCP port on 127.0.0.1 between ${lowest} and ${highest}`);
}

/** The port that was listened on, or null where it is taken. Other failures, such as a missing right, are thrown. */
function listenBriefly(port: number, host: string): Promise<number | null> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) =>
      error.code === "EADDRINUSE" ? resolve(null) : reject(error),
    );
    server.listen({ port, host, exclusive: true }, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : null));
    });
  });
}
