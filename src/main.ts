import { banner } from "./machine/banner.ts";
import { Machine } from "./machine/machine.ts";
import { reasonOf } from "./machine/reason.ts";
import { createLog } from "./ops/log.ts";
import { configOrExit, warnOfSlips } from "./ops/read-config.ts";
import { onStopSignal } from "./ops/shutdown.ts";

const LAUNCHER_CHECK_MS = 500;

/** `npm start`: everything on one machine, until Ctrl-C or SIGTERM. */
async function main(): Promise<void> {
  // Nobody reads any more, as under `npm start | head`: that is no reason to stop selling.
  process.stdout.on("error", () => {});
  const config = configOrExit(process.env);
  const log = createLog({ role: "main", level: config.LOG_LEVEL });
  warnOfSlips(process.env, log);
  const machine = new Machine({ config, env: process.env, log });
  const stop = async () => {
    await machine.stop().catch((error) => fail(reasonOf(error)));
    process.exit();
  };
  const stopBecause = (reason: string) => {
    if (machine.isStopping) return;
    log.info({ reason }, "stopping");
    void stop();
  };
  onStopSignal(stopBecause, () => machine.hurry());
  stopWithNpm(() => stopBecause("npm is gone"));
  try {
    process.stdout.write(banner(await machine.start()));
  } catch (error) {
    // What fails while everything is being stopped fails because of that.
    if (machine.isStopping) return;
    fail(reasonOf(error));
    await stop();
  }
}

function fail(message: string): void {
  process.stderr.write(`${message}\n`);
  process.exitCode = 1;
}

/** npm passes signals on, but cannot when it is killed: then this process is nobody's and would run forever. */
function stopWithNpm(stop: () => void): void {
  if (process.env.npm_lifecycle_event === undefined) return;
  const launcher = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === launcher) return;
    clearInterval(timer);
    stop();
  }, LAUNCHER_CHECK_MS);
  timer.unref();
}

await main();
