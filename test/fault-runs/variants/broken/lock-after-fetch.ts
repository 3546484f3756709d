import type { Broken } from "../variant.ts";

export const LOCK_AFTER_FETCH: Broken = {
  name: "lock-after-fetch",
  breaks: "Turns take envelopes before they hold the actor: another worker decides later ones first.",
  caughtBy: "I7",
  edits: [
    {
      file: "src/engine/take-mail.ts",
      find: "const actors = await tx.lock(eventIds);",
      replace: `const taken = await tx.fetch(eventIds.map((eventId) => ({ eventId, max: bounds.get(eventId) ?? 500 })));
    if (taken.some(({ envelopes }) => envelopes.length > 0)) reached("turn.fetched");
    const actors = await tx.lock(eventIds);
    if (actors.length < eventIds.length) { await tx.abandon(); return []; }`,
      times: 1,
    },
    {
      file: "src/engine/take-mail.ts",
      find: "const deliveries = actors.length > 0 ? await tx.fetch(wanted) : [];",
      replace:
        "const deliveries = wanted.map(({ eventId }) => taken[eventIds.indexOf(eventId)] as Delivery);",
      times: 1,
    },
    {
      file: "src/engine/take-mail.ts",
      find: 'if (deliveries.some(({ envelopes }) => envelopes.length > 0)) reached("turn.fetched");',
      replace: "",
      times: 1,
    },
    {
      file: "src/store/turn-connection.ts",
      find: "const deliveries = await this.#take(this.#connected(), wanted);",
      replace: `const client = this.#client ?? (await this.#connect());
    this.#open = true;
    await client.query("begin");
    const deliveries = await this.#take(client, wanted);`,
      times: 1,
    },
    {
      file: "src/store/turn-connection.ts",
      find: 'client.query("begin"), lockActors(client, eventIds)',
      replace: "null, lockActors(client, eventIds)",
      times: 1,
    },
  ],
};
