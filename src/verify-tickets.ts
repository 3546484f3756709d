import { readFile } from "node:fs/promises";
import { createInterface } from "node:readline";
import { verifyCommand } from "./tickets/verify-command.ts";

/** `npm run tickets:verify`: for the door without a network, and for whoever writes a scanner. */
const FETCH_MS_MAX = 10_000;

process.exitCode = await verifyCommand(process.argv.slice(2), {
  readFile: (path) => readFile(path, "utf8"),
  fetchText: async (url) => {
    const response = await fetch(url, { signal: AbortSignal.timeout(FETCH_MS_MAX) });
    if (!response.ok) throw new Error(`${url} answers ${response.status}`);
    return await response.text();
  },
  lines: standardInput(),
  print: (line) => process.stdout.write(`${line}\n`),
  complain: (line) => process.stderr.write(`${line}\n`),
});

/** Asked for only where it is read: whoever listens to a terminal does not end. */
async function* standardInput(): AsyncGenerator<string> {
  yield* createInterface({ input: process.stdin });
}
