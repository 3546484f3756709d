import type { Fault } from "../fault.ts";
import { API_KILLED } from "./api-killed.ts";
import { BACKLOG } from "./backlog.ts";
import { CAPACITY_CHANGES } from "./capacity-changes.ts";
import { CLOCK_WRONG } from "./clock-wrong.ts";
import { DATABASE_BUSY } from "./database-busy.ts";
import { DISK_FULL } from "./disk-full.ts";
import { ENDED_POLITELY } from "./ended-politely.ts";
import { EXPIRY_RACES } from "./expiry-races.ts";
import { HOSTILE_REQUESTS } from "./hostile-requests.ts";
import { NETWORK } from "./network.ts";
import { PAYMENT_CALLBACKS } from "./payment-callbacks.ts";
import { POISON } from "./poison.ts";
import { POSTGRES_KILLED } from "./postgres-killed.ts";
import { QUEUE_WORN } from "./queue-worn.ts";
import { REDIS_AWAY } from "./redis-away.ts";
import { RETENTION } from "./retention.ts";
import { ROLLING_MIGRATION } from "./rolling-migration.ts";
import { RUSH } from "./rush.ts";
import { SAME_KEY } from "./same-key.ts";
import { SESSIONS_ENDED } from "./sessions-ended.ts";
import { SLOW_FSYNC } from "./slow-fsync.ts";
import { SOCKET_FLOODS } from "./socket-floods.ts";
import { TOLD_TWICE } from "./told-twice.ts";
import { WORKER_FROZEN } from "./worker-frozen.ts";
import { WORKER_KILLED } from "./worker-killed.ts";

/** Every fault that runs can bring about, in the order of the list. */
export const ALL_FAULTS: readonly Fault[] = [
  API_KILLED,
  WORKER_KILLED,
  POSTGRES_KILLED,
  SESSIONS_ENDED,
  REDIS_AWAY,
  WORKER_FROZEN,
  CLOCK_WRONG,
  TOLD_TWICE,
  DATABASE_BUSY,
  BACKLOG,
  POISON,
  RETENTION,
  DISK_FULL,
  SLOW_FSYNC,
  ROLLING_MIGRATION,
  SAME_KEY,
  RUSH,
  QUEUE_WORN,
  HOSTILE_REQUESTS,
  SOCKET_FLOODS,
  ENDED_POLITELY,
  CAPACITY_CHANGES,
  EXPIRY_RACES,
  PAYMENT_CALLBACKS,
  NETWORK,
];
