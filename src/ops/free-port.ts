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

/** A TCP port of the loopback that is free now: `preferred` where it is, otherwise one of the system's choice. */
export async function freePort(preferred: number | null): Promise<number> {
  const wanted = preferred === null ? null : await listenBriefly(preferred, "127.0.0.1");
  const port = wanted ?? (await listenBriefly(0, "127.0.0.1"));
  if (port === null) throw new Error("no free TCP port on 127.0.0.1");
  return port;
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
