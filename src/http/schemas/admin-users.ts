import { z } from "zod";
import type { AccountChange } from "../../identity/directory.ts";
import { otherNamesOf } from "../names.ts";
import { uuid } from "./bookings.ts";
import { pageFields } from "./lists.ts";
import { text } from "./text.ts";

const role = z.enum(["user", "organizer", "admin"]);
const flag = z.enum(["true", "false"]).transform((value) => value === "true");

export const peopleQuery = z.object({
  ...pageFields,
  role: role.optional(),
  is_active: flag.optional(),
  isActive: flag.optional(),
  search: text(100).optional(),
});

export const auditQuery = z.object({ ...pageFields, user_id: uuid.optional() });

export const accountBody = z
  .strictObject({
    role: role.optional(),
    tier: z.enum(["basic", "premium", "vip"]).optional(),
    is_active: z.boolean().optional(),
  })
  .refine((body) => Object.values(body).some((value) => value !== undefined), {
    error: "must have at least one of role, tier, is_active",
  });

export const ACCOUNT_CHANGE_NAMES = otherNamesOf(accountBody);

export function changeOf({ role, tier, is_active: isActive }: z.output<typeof accountBody>): AccountChange {
  return { role, tier, isActive };
}
