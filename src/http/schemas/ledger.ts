import { z } from "zod";

const LIMIT_DEFAULT = 100;
const LIMIT_MAX = 500;

export const ledgerQuery = z.object({
  after: z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER).default(0),
  limit: z.coerce.number().int().min(1).max(LIMIT_MAX).default(LIMIT_DEFAULT),
});
