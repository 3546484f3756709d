import type { World } from "../domain/state.ts";
import type { Findings } from "./findings.ts";
import type { StoredRows } from "./ports.ts";
import type { Told } from "./told.ts";

/** What an event's checks have to go by. `world` is null where the ledger could not be decided again. */
export interface Case {
  readonly eventId: string;
  readonly rows: StoredRows;
  readonly world: World | null;
  readonly told: Told;
  readonly findings: Findings;
}
