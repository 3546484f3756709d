import { registerHooks } from "node:module";

/** A booking of a tier of this name kills whatever process decides about it. Keep in step with faults/poison.ts. */
const DEADLY = "deadly";
const MODULE = "/src/domain/carry-out.ts";
const FIND = "export function carryOut(";
const REPLACE = `export function carryOut(...asked) {
  if (asked[1].tier === "${DEADLY}") process.kill(process.pid, "SIGKILL");
  return carriedOut(...asked);
}
function carriedOut(`;

/** Loaded before a worker (`--import`): stands for whatever a command may once do to the process that decides about it. */
registerHooks({
  load(url, context, next) {
    const loaded = next(url, context);
    if (!url.endsWith(MODULE)) return loaded;
    const source = String(loaded.source);
    if (source.split(FIND).length !== 2) throw new Error(`${MODULE} does not hold "${FIND}" once`);
    return { ...loaded, source: source.replace(FIND, REPLACE) };
  },
});
