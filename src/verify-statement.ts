import { open, readFile } from "node:fs/promises";
import { verifyCommand } from "./statements/verify-command.ts";

/** `npm run statement:verify`: for whoever was given a statement and trusts nobody. Opens no connection. */
process.exitCode = await verifyCommand(process.argv.slice(2), {
  readFile: (path) => readFile(path, "utf8"),
  linesOf,
  print: (line) => process.stdout.write(`${line}\n`),
  complain: (line) => process.stderr.write(`${line}\n`),
});

async function* linesOf(path: string): AsyncGenerator<string> {
  const file = await open(path);
  yield* file.readLines();
}
