import type { Broken } from "../variant.ts";

export const NO_ACTOR_LOCK: Broken = {
  name: "no-actor-lock",
  breaks: "Turns do not lock their actor: two workers take one event's envelopes at the same time.",
  caughtBy: "I7",
  edits: [
    {
      file: "src/store/sql/actors.ts",
      find: `from actor where event_id = any($1::uuid[])
             order by event_id for no key update skip locked\``,
      replace: "from actor where event_id = any($1::uuid[]) order by event_id`",
      times: 1,
    },
  ],
};
