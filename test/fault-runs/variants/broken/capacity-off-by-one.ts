import type { Broken } from "../variant.ts";

export const CAPACITY_OFF_BY_ONE: Broken = {
  name: "capacity-off-by-one",
  breaks: "One ticket more is sold than there is, where neither the actor nor the database looks again.",
  caughtBy: "I1",
  edits: [
    {
      file: "src/domain/decide/stock.ts",
      find: "if (quantity <= available) return null;",
      replace: "if (quantity <= available + 1) return null;",
      times: 1,
    },
    {
      file: "src/domain/invariants.ts",
      find: "held + sold + blocked > capacity) {",
      replace: "held + sold + blocked > capacity + 1) {",
      times: 1,
    },
  ],
};
