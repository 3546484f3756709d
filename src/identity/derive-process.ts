import { argon2Sync } from "node:crypto";
import { takePriority } from "../ops/priority.ts";
import type { DeriveParameters } from "./derive.ts";

/**
 * A process that does nothing but compute argon2id, at the priority that its argument says: whatever else this machine
 * does goes first. `{id, parameters}` is answered by `{id, tag}`, or `{id, error}` where they cannot be computed with.
 */
takePriority(Number(process.argv[2]));
// What ends it is its parent's end.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => undefined);
process.on("disconnect", () => process.exit());
process.on(
  "message",
  ({ id, parameters }: { readonly id: number; readonly parameters: DeriveParameters }) => {
    try {
      process.send?.({ id, tag: argon2Sync("argon2id", parameters) });
    } catch (error) {
      process.send?.({ id, error: (error as Error).message });
    }
  },
);
