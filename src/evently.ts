import { spawn } from "node:child_process";
import { hostname, userInfo } from "node:os";
import { join, resolve } from "node:path";
import { reasonOf } from "./machine/reason.ts";
import { openInstallation } from "./operator/installation.ts";
import { readSecret } from "./operator/read-secret.ts";
import { runOperator } from "./operator/run.ts";
import { loadConfig } from "./ops/config.ts";
import { createLog } from "./ops/log.ts";

/** `npx evently …`: what an operator asks of an installation, and does to it while it runs. */
const ROOT = join(import.meta.dirname, "..");

process.exitCode = await runOperator(
  process.argv.slice(2),
  {
    open: () => open(),
    print: (text) => process.stdout.write(text),
    complain: (text) => process.stderr.write(text),
    readSecret: (prompt) => readSecret(prompt, process.stdin, process.stderr),
    operator: accountOf(),
    runProgram: (file, args) =>
      new Promise((resolve, reject) => {
        const program = spawn(process.execPath, [join(ROOT, file), ...args], { stdio: "inherit" });
        program.once("error", reject);
        // One that a signal ended has no code.
        program.once("exit", (code) => resolve(code ?? 1));
      }),
  },
  reasonOf,
);

/** A DATA_DIR is where npm start has it, from whichever folder this is asked. */
async function open() {
  const config = loadConfig(process.env);
  const log = createLog({ role: "operator", level: "silent" });
  return await openInstallation({ ...config, DATA_DIR: resolve(ROOT, config.DATA_DIR) }, log);
}

/** An account may have a number and no name, as in a container. */
function accountOf(): string {
  try {
    return `${userInfo().username}@${hostname()}`;
  } catch {
    return `${process.getuid?.() ?? "somebody"}@${hostname()}`;
  }
}
