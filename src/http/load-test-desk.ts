import type { LoadTest, WantedLoad } from "../load-tests/ports.ts";

/** Load tests, as admins use them. */
export interface LoadTestDesk {
  /** False: this installation does not want any. */
  readonly isEnabled: boolean;
  /** `running`: another one does; `unreachable`: this process cannot be asked on its own machine, or is about to end. */
  start(wanted: WantedLoad): Promise<LoadTest | "running" | "unreachable">;
  find(id: string): Promise<LoadTest | null>;
  /** The latest first. */
  latest(): Promise<readonly LoadTest[]>;
}
