import type { Broken } from "../variant.ts";

export const HOLDS_LEFT_BEHIND: Broken = {
  name: "holds-left-behind",
  breaks: "A turn lets one hold expire and decides bookings before the others that are due have done so.",
  caughtBy: "I9",
  edits: [
    {
      file: "src/engine/deliberate.ts",
      find: "const holds = dueHolds(state, now, dueMax).map(",
      replace: "const holds = dueHolds(state, now, Math.min(1, dueMax)).map(",
      times: 1,
    },
    {
      file: "src/engine/turn.ts",
      find: "return mayBe && isBehind(state, actor.now, dueMax);",
      replace: "return mayBe && isBehind(state, actor.now, dueMax + Number.MAX_SAFE_INTEGER / 2);",
      times: 1,
    },
  ],
};
