import { isoTime } from "../../ops/iso-time.ts";

/** ISO-8601 UTC with milliseconds, as every time on the wire is written; null stays null. */
export function iso(ms: number): string;
export function iso(ms: number | null): string | null;
export function iso(ms: number | null): string | null {
  return ms === null ? null : isoTime(ms);
}
