import { z } from "zod";
import { amount, count, currency, named, time, uuid } from "./scalars.ts";

const sameNames = {
  id: uuid,
  email: named("ada@example.com"),
  name: named("Ada Lovelace"),
  full_name: named("Ada Lovelace").meta({ description: "The same as name" }),
  role: z.enum(["user", "organizer", "admin"]),
  tier: z.enum(["basic", "premium", "vip"]),
};

export const userFields = {
  ...sameNames,
  firstName: named("Ada").nullable(),
  first_name: named("Ada").nullable(),
  lastName: named("Lovelace").nullable(),
  last_name: named("Lovelace").nullable(),
  phone: named("+1234567890").nullable(),
  isActive: z.boolean(),
  is_active: z.boolean(),
  memberSince: time,
  member_since: time,
  created_at: time,
};

export const user = z.strictObject(userFields).meta({ id: "User", description: "A person" });

export const principal = z
  .strictObject(sameNames)
  .meta({ id: "Principal", description: "What a token tells of its owner" });

const userStats = z
  .strictObject({
    total_bookings: count,
    totalBookings: count,
    upcoming_events: count,
    total_spent: amount.meta({ description: "In `currency`; other currencies are listed in `spent`" }),
    totalSpent: amount,
    currency,
    spent: z.array(z.strictObject({ currency, amount })),
  })
  .meta({ id: "UserStats", description: "What a person's bookings come to" });

export const profile = z
  .strictObject({ ...userFields, stats: userStats })
  .meta({ id: "Profile", description: "A person with what their bookings come to" });

export const signedIn = z
  .strictObject({
    success: z.literal(true),
    user,
    token: named("eyJhbGciOi…").meta({ description: "The access token, the same as access_token" }),
    access_token: named("eyJhbGciOi…"),
    refresh_token: named("rt_…"),
    token_type: z.literal("bearer"),
    expires_in: z
      .int()
      .min(1)
      .meta({ description: "Seconds", examples: [86_400] }),
    expiresIn: named("24h"),
  })
  .meta({ id: "SignedIn", description: "A person and their tokens" });
