import { startApi } from "./api/start.ts";
import { beRole } from "./ops/role.ts";

/** The API role: HTTP and Socket.IO. Any number of these processes may run. */
await beRole({ name: "api", env: process.env, start: startApi });
