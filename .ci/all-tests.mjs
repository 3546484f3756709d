/**
 * What CI runs after the checks: the quick fault runs, then all tests, one after the other, because both have clocks to
 * keep. What failed stands at the end of each. Ends with one line `N passed, N failed, N skipped` over both; fails where
 * either does.
 */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

const COMMANDS = [
  ["npm", "run", "test:faults", "--", "--quick"],
  ["npm", "test"],
];
const SUMMARY = /^(\d+) passed, (\d+) failed, (\d+) skipped$/;

/** Passes on what it prints, but for its summary. */
async function run([program, ...args], sums) {
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "inherit"] });
  const ended = new Promise((resolve) => child.once("exit", (code) => resolve(code ?? 1)));
  let isCounted = false;
  for await (const line of createInterface({ input: child.stdout })) {
    const counts = SUMMARY.exec(line)?.slice(1).map(Number);
    if (counts === undefined) process.stdout.write(`${line}\n`);
    else isCounted = true;
    for (const [at, count] of (counts ?? []).entries()) sums[at] += count;
  }
  return (await ended) === 0 && isCounted;
}

const sums = [0, 0, 0];
let isGood = true;
for (const command of COMMANDS) isGood = (await run(command, sums)) && isGood;
const [passed, failed, skipped] = sums;
process.stdout.write(`${passed} passed, ${failed} failed, ${skipped} skipped\n`);
process.exitCode = isGood ? 0 : 1;
