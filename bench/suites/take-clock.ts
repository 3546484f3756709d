/** What a worker spends on taking envelopes, from one moment to another, by its own metrics. */
export interface TakeClock {
  /** Mean of one take since this clock was made; null where there was none, or nothing to read. */
  meanMs(): Promise<number | null>;
}

/** @param port where the worker serves its metrics */
export async function takeClock(port: number): Promise<TakeClock> {
  const from = await read(port);
  return {
    meanMs: async () => {
      const to = await read(port);
      if (from === null || to === null || to.count === from.count) return null;
      return Number(((1_000 * (to.seconds - from.seconds)) / (to.count - from.count)).toFixed(2));
    },
  };
}

async function read(port: number): Promise<{ readonly seconds: number; readonly count: number } | null> {
  const text = await fetch(`http://127.0.0.1:${port}/metrics`).then((reply) =>
    reply.ok ? reply.text() : "",
  );
  const value = (part: string) =>
    Number(
      new RegExp(`^evently_turn_\\w*seconds_${part}\\{[^}]*phase="fetch"[^}]*\\} (\\S+)$`, "m").exec(
        text,
      )?.[1] ?? Number.NaN,
    );
  const [seconds, count] = [value("sum"), value("count")];
  return Number.isNaN(seconds) || Number.isNaN(count) ? null : { seconds, count };
}
