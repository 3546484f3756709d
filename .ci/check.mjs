// `npm run check`: format, lint, types, import arrows and dead code, side by side. Prints what failed, and the time.
import { spawn } from "node:child_process";
import { arrows } from "./arrows.mjs";

const command =
  (name, ...args) =>
  async () => {
    const child = spawn(`node_modules/.bin/${name}`, args, { stdio: ["ignore", "pipe", "pipe"] });
    const chunks = [];
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => chunks.push(chunk));
    const code = await new Promise((resolve) => child.on("close", resolve));
    return { ok: code === 0, output: Buffer.concat(chunks).toString() };
  };

const CHECKS = {
  "format and lint": command("biome", "ci", "--colors=off", "--max-diagnostics=50", "."),
  types: command("tsc", "-p", "."),
  "import arrows": () => arrows(),
  "dead code": command("knip", "--no-progress"),
};

const started = performance.now();
const results = await Promise.all(
  Object.entries(CHECKS).map(async ([name, run]) => ({ name, ...(await run()) })),
);
for (const { name, ok, output } of results) {
  console.log(`${ok ? "ok    " : "FAILED"} ${name}`);
  if (!ok) console.log(output);
}
console.log(`${((performance.now() - started) / 1_000).toFixed(1)} s`);
process.exitCode = results.every(({ ok }) => ok) ? 0 : 1;
