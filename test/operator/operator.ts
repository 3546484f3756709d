import { EXIT, type Installation, type OperatorIo } from "../../src/operator/command.ts";
import { runOperator } from "../../src/operator/run.ts";
import { loadConfig } from "../../src/ops/config.ts";
import { createPool } from "../../src/store/database.ts";
import { silent } from "../support/postgres.ts";

export { EXIT };

export interface Said {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  // biome-ignore lint/suspicious/noExplicitAny: the shape is what the tests are about
  readonly json: any;
}

interface Given {
  readonly secret?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs operator commands in this process, on a database. Answers of `--json` are parsed. */
export function operatorOn(databaseUrl: string) {
  const open = async (env: Readonly<Record<string, string>>): Promise<Installation> => {
    const pool = createPool({ url: databaseUrl, name: "operator-test", max: 2, log: silent });
    return { pool, config: loadConfig(env), log: silent, close: () => pool.end() };
  };
  return async (args: readonly string[], given: Given = {}): Promise<Said> => {
    let [out, err] = ["", ""];
    const io: OperatorIo = {
      open: () => open(given.env ?? {}),
      print: (text) => (out += text),
      complain: (text) => (err += text),
      readSecret: async () => given.secret ?? "",
      operator: "tester@here",
      runProgram: async () => {
        throw new Error("no program is run here");
      },
    };
    const code = await runOperator(args, io, String);
    return { code, out, err, json: args.includes("--json") && out !== "" ? JSON.parse(out) : null };
  };
}
