import { join } from "node:path";
import type { ChildSpec } from "../ops/child.ts";
import type { Config } from "../ops/config.ts";

type Env = Readonly<Record<string, string | undefined>>;

const ROOT = join(import.meta.dirname, "../..");
/** So that a child gives up draining by itself, and says so, before it is killed. */
const CHILD_MARGIN_MS = 250;
const SHUTDOWN_MS_MIN = 100;

/** The child processes of one machine, in groups in the order in which they stop: first who accepts, then who decides. */
export function rolesOf(config: Config, env: Env, databaseUrl: string): readonly (readonly ChildSpec[])[] {
  const groupsCount = 2;
  const shareMs = Math.floor(config.SHUTDOWN_MS_MAX / groupsCount) - CHILD_MARGIN_MS;
  const shared = {
    ...env,
    DATABASE_URL: databaseUrl,
    SHUTDOWN_MS_MAX: String(Math.max(SHUTDOWN_MS_MIN, shareMs)),
    // The login was set already; no child needs to know it.
    ADMIN_EMAIL: undefined,
    ADMIN_PASSWORD: undefined,
  };
  // Next to the booking worker's, where the operator chose that one and not this.
  const isChosen = config.WORKER_PORT !== 0 && (env.EFFECTS_PORT ?? "") === "";
  const effectsPort = isChosen ? config.WORKER_PORT + 1 : config.EFFECTS_PORT;
  return [
    [{ name: "api", file: join(ROOT, "src/server.ts"), env: shared }],
    [
      { name: "booking", file: join(ROOT, "workers/booking.ts"), env: shared },
      {
        name: "effects",
        file: join(ROOT, "workers/effects.ts"),
        env: { ...shared, EFFECTS_PORT: String(effectsPort) },
      },
    ],
  ];
}
