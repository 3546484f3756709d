import { z } from "zod";
import { ENDPOINTS, LOAD_TEST_LIMITS, SCENARIO_NAMES } from "../../load-tests/scenarios.ts";

const { usersMax, durationSMax, durationSDefault, readsMax } = LOAD_TEST_LIMITS;

/** What a load test asks is chosen from a list: no address, no path of one's own, no header, no body. */
export const startLoadTestBody = z
  .strictObject({
    scenario: z.enum(SCENARIO_NAMES).optional(),
    endpoint: z.enum(ENDPOINTS).optional(),
    concurrent_users: z.int().min(1).max(usersMax).optional(),
    duration_seconds: z.int().min(1).max(durationSMax).default(durationSDefault),
    ramp_up_time: z.int().min(0).max(durationSMax).default(0),
    requests_max: z.int().min(1).max(readsMax).optional(),
  })
  .refine(({ scenario, endpoint }) => (scenario === undefined) !== (endpoint === undefined), {
    path: ["scenario"],
    message: "is required, or endpoint in its place, which is the path of a scenario",
  })
  .refine(({ duration_seconds, ramp_up_time }) => ramp_up_time <= duration_seconds, {
    path: ["ramp_up_time"],
    message: "must not be longer than duration_seconds",
  });
