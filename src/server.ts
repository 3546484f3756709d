import { startApi } from "./api/start.ts";
import { createLog } from "./ops/log.ts";
import { configOrExit, warnOfSlips } from "./ops/read-config.ts";
import { runRole } from "./ops/shutdown.ts";

/** The API role: HTTP and Socket.IO. Any number of these processes may run. */
const config = configOrExit(process.env);
const log = createLog({ role: "api", level: config.LOG_LEVEL });
// A parent has said it already.
if (process.send === undefined) warnOfSlips(process.env, log);
const { port, steps } = await startApi(config, log);
runRole({ log, shutdownMsMax: config.SHUTDOWN_MS_MAX, steps });
log.info({ port }, "API is ready");
process.send?.({ type: "ready", port });
