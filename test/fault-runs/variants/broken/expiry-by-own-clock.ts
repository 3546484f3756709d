import type { Broken } from "../variant.ts";

export const EXPIRY_BY_OWN_CLOCK: Broken = {
  name: "expiry-by-own-clock",
  breaks: "Turns decide by the clock of their own process, which may be wrong.",
  caughtBy: "I9",
  edits: [
    {
      file: "src/engine/take-mail.ts",
      find: "const actors = await tx.lock(eventIds);",
      replace: "const actors = (await tx.lock(eventIds)).map((actor) => ({ ...actor, now: Date.now() }));",
      times: 1,
    },
  ],
};
