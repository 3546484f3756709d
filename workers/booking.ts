import { startBooking } from "../src/api/start-booking.ts";
import { beRole } from "../src/ops/role.ts";

/** The booking role. Any number of these processes may run. */
await beRole({ name: "booking", env: process.env, start: startBooking });
