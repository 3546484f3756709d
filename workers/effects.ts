import { startEffects } from "../src/api/start-effects.ts";
import { beRole } from "../src/ops/role.ts";

/** The effects role. Any number of these processes may run. */
await beRole({ name: "effects", env: process.env, start: startEffects });
