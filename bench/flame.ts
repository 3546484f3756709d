import { readFile, writeFile } from "node:fs/promises";
import { type CpuProfile, framesOf } from "./flame/cpu-profile.ts";
import { renderFlames } from "./flame/flame-chart.ts";
import { describeFlags, readFlags, textFlag, UsageError, wholeFlag } from "./lib/flags.ts";

const TABLE = {
  profile: textFlag("FILE", "a .cpuprofile, as `npm run bench -- --profile DIR` writes them"),
  out: textFlag("FILE", "the SVG to write"),
  title: textFlag("TEXT", "what stands above it (default: the name of the profile)"),
  from: wholeFlag({
    help: "leaves out the first so many seconds (default 0)",
    fallback: 0,
    min: 0,
    max: 3_600,
  }),
};

const HELP = `npm run bench:flame -- --profile FILE --out FILE [options]

Draws a CPU profile as a flame graph.

${describeFlags(TABLE)}
`;

/** `npm run bench:flame`. @throws UsageError for options that cannot be used, Error for a file that is no profile */
async function main(argv: readonly string[]): Promise<void> {
  const flags = readFlags(argv, TABLE);
  if (flags === "help") return void console.log(HELP);
  const { profile: path, out, title, from } = flags;
  if (path === null || out === null) throw new UsageError("--profile and --out are needed");
  const profile = JSON.parse(await readFile(path, "utf8")) as CpuProfile;
  const root = framesOf(profile, from * 1e6);
  const seconds = (root.us / 1e6).toFixed(1);
  const subtitle = `${seconds} s of processor time of one thread, sampled by V8; the start of the process is left out`;
  await writeFile(out, renderFlames(root, { title: title ?? path, subtitle }));
  console.log(`written: ${out}`);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = error instanceof UsageError ? 2 : 1;
});
