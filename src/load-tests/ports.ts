import type { EventId } from "../domain/ids.ts";
import type { LoadScenario } from "./scenarios.ts";

/** A load test as it was asked for, within its limits. */
export interface WantedLoad {
  readonly scenario: LoadScenario;
  readonly users: number;
  readonly durationS: number;
  readonly rampUpS: number;
  readonly requestsMax: number;
  readonly startedBy: string;
}

/** What was measured so far. Times are of answers with 2xx, in milliseconds; null before the first. */
export interface LoadFigures {
  readonly elapsedMs: number;
  readonly requests: number;
  readonly succeeded: number;
  /** Answers other than 2xx, by status. */
  readonly refusedByStatus: Readonly<Record<string, number>>;
  /** Connections that broke, requests without an answer. */
  readonly broken: number;
  readonly meanMs: number | null;
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
  readonly p99Ms: number | null;
  readonly maxMs: number | null;
}

/** A load test as it is kept. Times are Unix milliseconds. */
export interface LoadTest extends Omit<WantedLoad, "scenario"> {
  readonly id: string;
  readonly scenario: string;
  readonly method: string;
  readonly path: string;
  readonly status: "running" | "completed" | "failed";
  readonly failure: string | null;
  readonly startedAt: number;
  readonly loadedAt: number | null;
  readonly endedAt: number | null;
  readonly version: string;
  readonly cpus: number;
  readonly figures: LoadFigures | null;
}

/** Where load tests are kept. */
export interface LoadTestStore {
  /** @returns false while another one runs, anywhere */
  begin(
    id: string,
    wanted: WantedLoad,
    on: { readonly version: string; readonly cpus: number },
  ): Promise<boolean>;
  /**
   * It is alive, and this far.
   * @param figures null while it is being prepared
   * @returns false where it has ended before: another process took it for over
   */
  progress(id: string, figures: LoadFigures | null): Promise<boolean>;
  /** Does nothing where it has ended before. */
  end(
    id: string,
    status: "completed" | "failed",
    last: { readonly failure: string | null; readonly figures: LoadFigures | null },
  ): Promise<void>;
  /** Those of which nobody has heard for so long have failed from now on. */
  abandon(silentMs: number): Promise<void>;
  /** Those that have ended and whose buyers are still hired, or whose events are on sale with nobody about to cancel them. */
  uncleared(limit: number): Promise<readonly string[]>;
  find(id: string): Promise<LoadTest | null>;
  latest(limit: number): Promise<readonly LoadTest[]>;
}

/** One connection's part: who asks, and what. */
export interface LoadLane {
  readonly token: string;
  readonly path: string;
  readonly body: string | null;
}

/** What a load test stands on. */
export interface LoadStage {
  /** Buyers with a session each, by token. Nobody can log in as one of them. */
  hireBuyers(testId: string, count: number): Promise<readonly string[]>;
  /** Events that are on no list, with so many tickets each that cost nothing. */
  openEvents(testId: string, wanted: WantedLoad): Promise<readonly EventId[]>;
  /** Ends the sessions, cancels the events. May be done again. */
  clear(testId: string): Promise<void>;
}

/** What the process that asks is told. */
export interface LoadOrder {
  /** Of this very process, on the loopback. */
  readonly origin: string;
  readonly method: "GET" | "POST";
  readonly lanes: readonly LoadLane[];
  readonly durationMs: number;
  readonly rampUpMs: number;
  readonly requestsMax: number;
}

/** One load that is under way. */
export interface RunningLoad {
  /** @throws Error where its process ended before it was done */
  readonly done: Promise<LoadFigures>;
  stop(): void;
}

export type StartLoad = (order: LoadOrder, onProgress: (figures: LoadFigures) => void) => RunningLoad;
