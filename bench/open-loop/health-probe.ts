import { PacedProbe } from "./paced-probe.ts";

const EVERY_MS = 100;

/** Asks an API process how it is, at a fixed pace whatever it answers. */
export class HealthProbe extends PacedProbe {
  constructor(origin: string) {
    super({ origin, everyMs: EVERY_MS, next: () => ({ method: "GET", path: "/health" }) });
  }
}
