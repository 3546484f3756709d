import { z } from "zod";
import { named, time, uuid } from "./scalars.ts";

export const session = z
  .strictObject({
    id: uuid,
    created_at: time,
    last_used_at: time.meta({ description: "When its refresh token was used last" }),
    expires_at: time.meta({ description: "When it ends, unless it is refreshed before" }),
    current: z.boolean().meta({ description: "Whether it is the one that asks" }),
  })
  .meta({ id: "Session", description: "A login that is still good" });

const change = z.strictObject({ from: z.unknown(), to: z.unknown() });

export const auditEntry = z
  .strictObject({
    id: uuid,
    created_at: time,
    actor_id: uuid.nullable().meta({ description: "Null where it was nobody in particular" }),
    actor: named("root@example.com").meta({ description: "Their e-mail address at that time" }),
    action: named("user.changed"),
    user_id: uuid.meta({ description: "Whose account it is about" }),
    changes: z
      .record(z.string(), change)
      .meta({ examples: [{ role: { from: "user", to: "organizer" } }], description: "By field" }),
  })
  .meta({ id: "AuditEntry", description: "Who changed what about whom" });
