import { readFileSync } from "node:fs";
import { initSync, MSTL } from "@bsull/augurs/mstl";
import { type Forecaster, WEEK_DAYS } from "../../src/forecast/forecaster.ts";

/** Longer histories change its forecasts little and take it longer. */
const HISTORY_DAYS_MAX = 112;
/** Before that its decomposition has no two weeks to compare. */
const HISTORY_DAYS_MIN = 3 * WEEK_DAYS;

/** Loads the library's WebAssembly. Once, before the first forecast. */
export function loadMstl(): void {
  const url = import.meta.resolve("@bsull/augurs/mstl").replace(/mstl\.js$/, "mstl_bg.wasm");
  initSync({ module: readFileSync(new URL(url)) });
}

/**
 * A library's way, fitted again every day: the weekly season taken out by MSTL, the rest forecast by the exponential smoothing
 * that its automatic selection (ETS) chooses: https://docs.augu.rs.
 */
export class MstlEts implements Forecaster {
  readonly #counts: number[] = [];

  observe(count: number): void {
    this.#counts.push(count);
    if (this.#counts.length > HISTORY_DAYS_MAX) this.#counts.shift();
  }

  forecast(horizonDays: number): readonly number[] {
    const last = this.#counts.slice(-WEEK_DAYS);
    if (this.#counts.length < HISTORY_DAYS_MIN || last.every((count) => count === last[0])) {
      return Array.from({ length: horizonDays }, (_, ahead) => last[ahead % last.length]!);
    }
    const model = MSTL.ets([WEEK_DAYS]);
    try {
      model.fit(Float64Array.from(this.#counts));
      return [...model.predict(horizonDays).point].map((point) => Math.max(0, point));
    } finally {
      model.free();
    }
  }
}
