import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import autocannon from "autocannon";
import type { LoadMessage, LoadOrder, LoadSeen } from "./load-messages.ts";
import { LatencyHistogram } from "./statistics.ts";

/**
 * The load generator, a process of its own so that what it takes of the processor can be told: autocannon in a
 * closed loop, each connection sending its next request when the last is answered.
 */
const STOP_SAMPLE_MS = 50;
const DURATION_S_MAX = 600;
const TIMEOUT_S = 20;

/** Counts answers while it is open. */
class Window {
  #openedMs: number | null = null;
  #succeeded = 0;
  readonly #refused: Record<string, number> = {};
  readonly #latency = new LatencyHistogram();

  open(): void {
    this.#openedMs = performance.now();
  }

  note(status: number, latencyMs: number): void {
    if (this.#openedMs === null) return;
    if (status >= 200 && status < 300) {
      this.#succeeded += 1;
      this.#latency.add(latencyMs);
    } else {
      this.#refused[status] = (this.#refused[status] ?? 0) + 1;
    }
  }

  close(broken: number): LoadSeen {
    const summary = this.#latency.summary();
    return {
      succeeded: this.#succeeded,
      refusedByStatus: { ...this.#refused },
      broken,
      windowMs: performance.now() - (this.#openedMs ?? performance.now()),
      p50Ms: summary?.p50_ms ?? null,
      p99Ms: summary?.p99_ms ?? null,
    };
  }
}

async function load(order: LoadOrder): Promise<void> {
  const window = new Window();
  let broken = 0;
  const run = startAutocannon(order, (client) => {
    client.on("response", (status, _bytes, latencyMs) => window.note(status, latencyMs));
  });
  const finished = new Promise<void>((resolve) => run.once("done", () => resolve()));
  run.on("reqError", () => {
    broken += 1;
  });
  await sleep(order.warmUpMs);
  window.open();
  tell({ type: "started" });
  await sleep(order.measureMs);
  tell({ type: "ended", seen: window.close(broken) });
  run.stop();
  await finished;
  tell({ type: "done" });
}

function startAutocannon(order: LoadOrder, watch: (client: autocannon.Client) => void): autocannon.Instance {
  let next = 0;
  const options: autocannon.Options = {
    url: order.url,
    method: "POST",
    connections: order.connections.length,
    duration: DURATION_S_MAX,
    timeout: TIMEOUT_S,
    sampleInt: STOP_SAMPLE_MS,
    setupClient: (client) => {
      const { token, body } = order.connections[next++]!;
      const headers = { "content-type": "application/json", authorization: `Bearer ${token}` };
      client.setHeadersAndBody(keyed(headers, order.keyed), body);
      watch(client);
      if (order.keyed) client.on("response", () => client.setHeaders(keyed(headers, true)));
    },
  };
  // The callback keeps autocannon from making the instance a promise; results are read from our own window.
  return autocannon(options, () => {});
}

function keyed(headers: Readonly<Record<string, string>>, wanted: boolean): Record<string, string> {
  return wanted ? { ...headers, "idempotency-key": randomBytes(16).toString("hex") } : { ...headers };
}

function tell(message: LoadMessage): void {
  process.send?.(message);
}

process.on("message", (order: LoadOrder) => {
  load(order).catch((error: unknown) => {
    console.error(error);
    process.exit(1);
  });
});
process.on("disconnect", () => process.exit(0));
tell({ type: "ready", port: 0 });
