import type { Broken } from "../variant.ts";

export const KEYS_NOT_UNIQUE: Broken = {
  name: "keys-not-unique",
  breaks: "An idempotency key that was used is taken for a new one.",
  caughtBy: "I5",
  edits: [
    {
      file: "src/store/sql/accepts.ts",
      find: "where idempotency_key.created_at < now() - interval '24 hours'",
      replace: "",
      times: 1,
    },
  ],
};
