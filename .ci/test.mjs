/**
 * `npm test`: first the tests that kill and freeze processes and time what others do then, alone; then all others, by two
 * mocha processes side by side, because most of them wait more than they compute. Each prints when it is done. With
 * arguments it is plain mocha: `npm test -- test/http`.
 * Ends with a line `N passed, N failed, N skipped`.
 */
import { spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";

const MOCHA = join(import.meta.dirname, "../node_modules/mocha/bin/mocha.js");
/** Whatever else the machine does is in their figures. */
const ALONE = ["faults"];
/** These start processes, or wait for what is due; everything else is the other half. */
const WAITING = [
  ...["deploy", "limits", "load-tests", "notifications", "operator", "ops", "realtime"],
  ...["security", "shedding", "tracing", "webhooks"],
];
/** Where mocha begins to say what failed. */
const FAILURES = /^ {2}\d+ failing$/m;
const SUMMARY = /^(\d+) passed, (\d+) failed, (\d+) skipped$/m;

const foldersOf = (names) => names.map((name) => join("test", name));

function mocha(args, stdio) {
  const child = spawn(process.execPath, [MOCHA, ...args], { stdio: ["ignore", stdio, stdio] });
  const output = [];
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk) => output.push(chunk));
  const ended = new Promise((resolve) => {
    child.once("exit", (code) => resolve({ code: code ?? 1, text: Buffer.concat(output).toString() }));
  });
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => child.kill(signal));
  return ended;
}

let isStopped = false;
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => (isStopped = true));

const given = process.argv.slice(2);
if (given.length > 0) {
  process.exitCode = (await mocha(given, "inherit")).code;
} else {
  const all = readdirSync("test", { withFileTypes: true });
  const others = all
    .filter(({ name }) => !WAITING.includes(name) && !ALONE.includes(name))
    .flatMap((entry) =>
      entry.isDirectory() || entry.name.endsWith(".test.ts") ? [join("test", entry.name)] : [],
    );
  const alone = mocha(foldersOf(ALONE), "pipe");
  await alone;
  const halves = isStopped ? [] : [others, foldersOf(WAITING)].map((files) => mocha(files, "pipe"));
  let failed = isStopped;
  const failures = [];
  const sums = [0, 0, 0];
  for (const half of [alone, ...halves]) {
    const { code, text } = await half;
    process.stdout.write(text.replace(SUMMARY, ""));
    const counts = SUMMARY.exec(text)?.slice(1).map(Number);
    if (FAILURES.test(text)) failures.push(text.slice(text.search(FAILURES)).replace(SUMMARY, ""));
    failed ||= code !== 0 || counts === undefined;
    for (const [at, count] of (counts ?? []).entries()) sums[at] += count;
  }
  // Once more: the first half is thousands of lines away, and a log may show only its end.
  process.stdout.write(failures.join(""));
  const [passed, count, skipped] = sums;
  process.stdout.write(`${passed} passed, ${count} failed, ${skipped} skipped\n`);
  process.exitCode = failed ? 1 : 0;
}
