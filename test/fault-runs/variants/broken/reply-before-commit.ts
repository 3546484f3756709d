import type { Broken } from "../variant.ts";

export const REPLY_BEFORE_COMMIT: Broken = {
  name: "reply-before-commit",
  breaks: "Requests are answered 202 before their accept is committed.",
  caughtBy: "I3",
  edits: [
    {
      file: "src/mailbox/post.ts",
      find: `acceptLetters(this.#ports, tx, letters, (eventIds) => {
          sent();
          reached("accept.sent");
          this.#ports.wake(eventIds, tx);
        }),`,
      replace: `acceptLetters(this.#ports, tx, letters, (eventIds) => this.#ports.wake(eventIds, tx)).then(async (early) => {
          for (const [at, { resolve }] of batch.entries()) resolve(early[at] as Acceptance);
          await new Promise((resolve) => setTimeout(resolve, 40));
          reached("accept.sent");
          sent();
          return early;
        }),`,
      times: 1,
    },
  ],
};
