import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { expect } from "chai";
import type { LoadReport } from "../../src/load-tests/load-process.ts";
import type { LoadOrder } from "../../src/load-tests/ports.ts";

const FILE = join(import.meta.dirname, "../../src/load-tests/load-process.ts");
const NICE = ["nice", "-n", "5"] as const;
/** Begins a process that stepped back: root's without the capability to come forward again, which others have not got. */
const STEPPED_BACK: readonly [string, ...string[]] =
  process.getuid?.() === 0
    ? ["setpriv", "--bounding-set", "-sys_nice", "--inh-caps", "-sys_nice", ...NICE]
    : NICE;

describe("the process that asks", () => {
  let server: Server;

  before(async function () {
    const [program, ...args] = STEPPED_BACK;
    const { status, stderr, error } = spawnSync(program, [...args, "true"], { encoding: "utf8" });
    if (status !== 0) {
      console.log(
        `      skipped: no process can be made to step back here: ${error?.message ?? stderr.trim()}`,
      );
      this.skip();
    }
    server = createServer((_request, response) => response.end());
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  });

  after(() => void server?.close());

  it("stays back where its parent stepped back and nobody may come forward again", async () => {
    const [program, ...args] = STEPPED_BACK;
    const child = spawn(program, [...args, process.execPath, FILE], {
      stdio: ["ignore", "inherit", "inherit", "ipc"],
    });
    const order: LoadOrder = {
      origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      method: "GET",
      lanes: [{ token: "a token", path: "/", body: null }],
      durationMs: 60_000,
      rampUpMs: 0,
      requestsMax: 5,
    };
    const done = new Promise<LoadReport>((resolve, reject) => {
      child.on("message", (report: LoadReport) => report.type === "done" && resolve(report));
      child.once("exit", (code, signal) => reject(new Error(`it ended with ${signal ?? code}`)));
    });
    child.send(order);
    expect((await done).figures.succeeded).to.be.at.least(5);
    const gone = once(child, "exit");
    child.disconnect();
    await gone;
  });
});
