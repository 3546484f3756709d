import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { ensureAdmin } from "../../src/identity/ensure-admin.ts";
import { createPasswordHasher } from "../../src/identity/passwords.ts";
import { IdSource } from "../../src/ops/id-source.ts";
import { createPool } from "../../src/store/database.ts";
import { createUserStore } from "../../src/store/users.ts";
import { silent } from "./postgres.ts";

const ROOT = join(import.meta.dirname, "../..");
const READY_MS_MAX = 40_000;
const STOP_MS_MAX = 30_000;
/** Compiled modules, shared by all processes of all runs: a process starts in a third of the time. */
const COMPILE_CACHE = join(ROOT, "node_modules/.cache/compiled");

export type RoleName = "api" | "booking" | "effects";
const SCRIPTS: Record<RoleName, string> = {
  api: "src/server.ts",
  booking: "workers/booking.ts",
  effects: "workers/effects.ts",
};

export const ADMIN = { email: "admin@example.com", password: "only-for-these-tests-1" };

/** One process of the product, started the way `npm start` starts it. */
export class Role {
  readonly child: ChildProcess;
  readonly port: number;
  readonly output: string[];

  constructor(child: ChildProcess, port: number, output: string[]) {
    this.child = child;
    this.port = port;
    this.output = output;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get pid(): number {
    return this.child.pid as number;
  }

  get hasEnded(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  kill(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** Asks it to stop and waits; kills it when it does not. @returns its exit code. */
  async stop(): Promise<number | null> {
    if (this.hasEnded) return this.child.exitCode;
    const gone = once(this.child, "exit");
    this.child.kill("SIGTERM");
    const timer = setTimeout(() => this.child.kill("SIGKILL"), STOP_MS_MAX);
    await gone;
    clearTimeout(timer);
    return this.child.exitCode;
  }
}

/** Tests run side by side on one machine: who is turned away because it is busy is the business of those about that. */
const UNHURRIED = { SHED_LOOP_DELAY_MS: "60000", SHED_ACCEPT_WAIT_MS: "60000", SHED_POOL_WAIT_MS: "60000" };

/**
 * Starts a role on a database and waits until it is ready.
 * @param root folder of the version that is started
 * @throws with its output where it does not get there
 */
export async function startRole(
  role: RoleName,
  databaseUrl: string,
  env: Readonly<Record<string, string>> = {},
  root = ROOT,
): Promise<Role> {
  const child = fork(join(root, SCRIPTS[role]), [], {
    cwd: root,
    silent: true,
    env: {
      PATH: process.env.PATH ?? "",
      ...UNHURRIED,
      NODE_ENV: "test",
      NODE_COMPILE_CACHE: COMPILE_CACHE,
      LOG_LEVEL: "warn",
      HOST: "127.0.0.1",
      PORT: "0",
      WORKER_PORT: "0",
      DATABASE_URL: databaseUrl,
      // Tests of the limits set their own; all others are one client that asks for everything at once.
      RATE_LIMITS: "all=1000000/60",
      ...env,
    },
  });
  const output: string[] = [];
  for (const stream of [child.stdout, child.stderr])
    stream?.on("data", (chunk) => output.push(String(chunk)));
  const port = await new Promise<number>((resolve, reject) => {
    const fail = (why: string) => {
      clearTimeout(timer);
      // One that is only late must not go on alone.
      child.kill("SIGKILL");
      reject(new Error(`${role} ${why}:\n${output.join("")}`));
    };
    const timer = setTimeout(() => fail(`was not ready within ${READY_MS_MAX} ms`), READY_MS_MAX);
    child.once("exit", (code) => fail(`exited with ${code}`));
    child.once("message", (message) => {
      clearTimeout(timer);
      child.removeAllListeners("exit");
      resolve((message as { port: number }).port);
    });
  });
  return new Role(child, port, output);
}

/** Creates the admin whose login the tests use. */
export async function createAdmin(databaseUrl: string): Promise<void> {
  const pool = createPool({ url: databaseUrl, name: "test-admin", max: 1, log: silent });
  try {
    const hasher = createPasswordHasher({ concurrencyMax: 1, queueMax: 10 });
    const ids = new IdSource();
    await ensureAdmin({ users: createUserStore(pool), hasher, ...ADMIN, newId: () => ids.newId() });
  } finally {
    await pool.end();
  }
}
