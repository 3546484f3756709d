import type { FaultRun } from "../fault.ts";

const EVERY_MS = 50;
const LOOK_MS_MAX = 5_000;

interface Look {
  readonly ms: number;
  readonly status: number | null;
  readonly database: string | null;
}

/** Asks an API process how it is, again and again, on connections of its own. */
export class HealthWatch {
  readonly #looks: Promise<Look>[] = [];
  readonly #timer: NodeJS.Timeout;

  constructor(run: FaultRun, path: "/livez" | "/health") {
    const [api] = run.system.apis;
    if (api === undefined) throw new Error("there is no API process to look at");
    this.#timer = setInterval(() => this.#looks.push(look(api.directUrl + path)), EVERY_MS);
  }

  /** Ends it, and holds what was seen against what has to be: always 200, and soon. */
  async judge(run: FaultRun, msMax: number): Promise<void> {
    const looks = await this.end();
    const bad = looks.filter(({ status }) => status !== 200);
    if (bad.length > 0) {
      run.violation(
        `${bad.length} of ${looks.length} looks at health were not answered 200, but ${bad[0]?.status}`,
      );
    }
    const longest = Math.max(0, ...looks.map(({ ms }) => ms));
    if (longest > msMax) run.violation(`health took ${Math.round(longest)} ms; ${msMax} are allowed`);
    run.remark(`health answered ${looks.length} times, within ${Math.round(longest)} ms`);
  }

  async end(): Promise<readonly Look[]> {
    clearInterval(this.#timer);
    return await Promise.all(this.#looks);
  }
}

async function look(url: string): Promise<Look> {
  const began = performance.now();
  try {
    const reply = await fetch(url, { signal: AbortSignal.timeout(LOOK_MS_MAX) });
    const body = (await reply.json()) as { database?: string };
    return { ms: performance.now() - began, status: reply.status, database: body.database ?? null };
  } catch {
    return { ms: performance.now() - began, status: null, database: null };
  }
}
