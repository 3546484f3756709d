import type { Broken } from "../variant.ts";

export const TAKEOVER_SKIPS_ROWS: Broken = {
  name: "takeover-skips-rows",
  breaks: "A worker that takes an event over leaves out the first envelope of its first batch.",
  caughtBy: "I3",
  edits: [
    {
      file: "src/engine/turn.ts",
      find: "world, delivery, withDue: true,",
      replace: `world,
      delivery:
        asleep.includes(actor.eventId) && actor.version > 0
          ? { ...delivery, envelopes: delivery.envelopes.slice(1) }
          : delivery,
      withDue: true,`,
      times: 1,
    },
  ],
};
