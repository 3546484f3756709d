const PARENT_LENGTH = `00-${"0".repeat(32)}-${"0".repeat(16)}-01`.length;

/** What an envelope says of a trace without its caller's `tracestate`: that alone is written into rows and notices. */
export function traceParentOf(trace: string): string {
  return trace.slice(0, PARENT_LENGTH);
}
