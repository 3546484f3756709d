/** An error in words. Those of failed connections may have no message of their own, only parts that do. */
export function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === "") return error.errors.map(reasonOf).join("; ");
  return error instanceof Error && error.message !== "" ? error.message : String(error);
}
