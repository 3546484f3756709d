import type { Broken } from "../variant.ts";

export const STALE_ACTIVATION: Broken = {
  name: "stale-activation",
  breaks: "A worker decides on what it remembers of an event, though another has decided since.",
  caughtBy: "I2",
  edits: [
    {
      file: "src/engine/activations.ts",
      find: "return activation?.version === version ? activation.state : null;",
      replace: "return version < 0 ? null : (activation?.state ?? null);",
      times: 1,
    },
  ],
};
