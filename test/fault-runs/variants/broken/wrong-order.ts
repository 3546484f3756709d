import type { Broken } from "../variant.ts";

export const WRONG_ORDER: Broken = {
  name: "wrong-order",
  breaks: "Within a batch the envelope that was accepted last is decided first.",
  caughtBy: "I7",
  edits: [
    {
      file: "src/mailbox/deliver.ts",
      find: "a.lane === b.lane ? a.ordinal - b.ordinal",
      replace: "a.lane === b.lane ? b.ordinal - a.ordinal",
      times: 1,
    },
  ],
};
