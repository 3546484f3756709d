import type { Principal } from "./principal.ts";

const BATCH_SIZE_MAX = 500;
const QUERIES_MAX = 2;

interface Wanted {
  readonly sessionId: string;
  readonly found: (principal: Principal | null) => void;
  readonly failed: (error: unknown) => void;
}

export type LoadPrincipals = (sessionIds: readonly string[]) => Promise<ReadonlyMap<string, Principal>>;

/**
 * Looks up the principals of sessions, many in one query: at the start of a sale thousands of tokens are new at
 * once. A look-up starts after it was asked for, never joins a query that is under way.
 */
export function createPrincipalLookup(
  load: LoadPrincipals,
): (sessionId: string) => Promise<Principal | null> {
  let wanted: Wanted[] = [];
  let queries = 0;
  let scheduled = false;

  async function answer(batch: readonly Wanted[]): Promise<void> {
    try {
      const principals = await load([...new Set(batch.map((want) => want.sessionId))]);
      for (const want of batch) want.found(principals.get(want.sessionId) ?? null);
    } catch (error) {
      for (const want of batch) want.failed(error);
    }
  }

  function flush(): void {
    scheduled = false;
    while (wanted.length > 0 && queries < QUERIES_MAX) {
      const batch = wanted.slice(0, BATCH_SIZE_MAX);
      wanted = wanted.slice(BATCH_SIZE_MAX);
      queries += 1;
      void answer(batch).then(() => {
        queries -= 1;
        flush();
      });
    }
  }

  return (sessionId) =>
    new Promise((found, failed) => {
      wanted.push({ sessionId, found, failed });
      if (scheduled || queries === QUERIES_MAX) return;
      scheduled = true;
      setImmediate(flush);
    });
}
