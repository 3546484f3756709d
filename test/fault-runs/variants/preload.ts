import { registerHooks } from "node:module";
import { relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { ALL_BROKEN } from "./all-broken.ts";
import { edited, VARIANT_VARIABLE } from "./variant.ts";

/**
 * Loaded before a role (`--import`): breaks the product in the way that the environment names, by changing the text of
 * its modules as they are loaded. Where a text is not found the process ends at once, with what is missing.
 */
const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const name = process.env[VARIANT_VARIABLE] ?? "";
const broken = ALL_BROKEN.find((one) => one.name === name);
if (broken === undefined) throw new Error(`there is no variant ${JSON.stringify(name)}`);

registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context);
    if (!url.startsWith("file:")) return loaded;
    const file = relative(ROOT, fileURLToPath(url)).split(sep).join("/");
    const own = broken.edits.filter((edit) => edit.file === file);
    if (own.length === 0) return loaded;
    const source = own.reduce(edited, Buffer.from(loaded.source as Uint8Array).toString("utf8"));
    return { ...loaded, source };
  },
});
