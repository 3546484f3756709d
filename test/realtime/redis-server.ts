import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";
import { freePort } from "../../src/ops/free-port.ts";
import { eventually } from "./client.ts";

const PROGRAM = "redis-server";

/** Why tests that need Redis cannot run here, or null. */
export function whyNoRedis(): string | null {
  const { error } = spawnSync(PROGRAM, ["--version"]);
  return error === undefined ? null : `${PROGRAM} is not on PATH`;
}

/** A Redis of a test's own, which keeps nothing. */
export class RedisServer {
  readonly port: number;
  #process: ChildProcess | null = null;

  private constructor(port: number) {
    this.port = port;
  }

  static async start(): Promise<RedisServer> {
    const server = new RedisServer(await freePort(null));
    await server.restart();
    return server;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  async restart(): Promise<void> {
    const options = ["--port", String(this.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"];
    this.#process = spawn(PROGRAM, options, { stdio: "ignore" });
    let isUp = false;
    const probe = setInterval(() => {
      const socket = connect(this.port, "127.0.0.1", () => {
        isUp = true;
        socket.destroy();
      }).on("error", () => undefined);
    }, 10);
    await eventually(() => isUp, PROGRAM).finally(() => clearInterval(probe));
  }

  /** Stops it in its tracks: connections stay, nothing is answered. */
  pause(): void {
    this.#process?.kill("SIGSTOP");
  }

  resume(): void {
    this.#process?.kill("SIGCONT");
  }

  async kill(): Promise<void> {
    const process = this.#process;
    this.#process = null;
    if (process === null || process.exitCode !== null) return;
    process.kill("SIGKILL");
    await once(process, "exit");
  }
}
