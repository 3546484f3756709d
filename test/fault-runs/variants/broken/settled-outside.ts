import type { Broken } from "../variant.ts";

export const SETTLED_OUTSIDE: Broken = {
  name: "settled-outside",
  breaks:
    "Envelopes are taken out of the mailbox in a transaction of their own: a turn that dies loses them.",
  caughtBy: "I3",
  edits: [
    {
      file: "src/store/turn-connection.ts",
      find: "const deliveries = await this.#take(this.#connected(), wanted);",
      replace: `this.#apart ??= new pg.Pool({ connectionString: this.#url, max: 2 });
    const deliveries = await this.#take(this.#apart as never, wanted);`,
      times: 1,
    },
    {
      file: "src/store/turn-connection.ts",
      find: "#statements: StatementTime[] | null = null; constructor",
      replace:
        "#statements: StatementTime[] | null = null;\n  #apart: pg.Pool | null = null;\n\n  constructor",
      times: 1,
    },
  ],
};
