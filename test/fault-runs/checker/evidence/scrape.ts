import type { Scrape } from "../evidence.ts";

const SCRAPE_MS_MAX = 5_000;

/** Reads a process's metrics. @throws where it does not answer: its counters would be taken for lost */
export async function scrape({
  role,
  pid,
  url,
}: Pick<Scrape, "role" | "pid"> & { readonly url: string }): Promise<Scrape> {
  const reply = await fetch(`${url}/metrics`, { signal: AbortSignal.timeout(SCRAPE_MS_MAX) });
  if (!reply.ok) throw new Error(`${role} ${pid} answered ${reply.status} for its metrics`);
  return { role, pid, text: await reply.text() };
}
