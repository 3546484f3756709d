import type { EventDraft } from "../domain/event-draft.ts";
import type { CommandId, EventId } from "../domain/ids.ts";
import type { IdempotencyKey } from "./idempotency.ts";

/** Creates events: a new event has no actor yet that could be asked. */
export interface EventFoundry {
  create(event: {
    readonly commandId: CommandId;
    readonly draft: Omit<EventDraft, "number">;
    readonly key: IdempotencyKey | null;
  }): Promise<
    | { readonly type: "created" }
    | { readonly type: "replayed"; readonly eventId: EventId }
    | { readonly type: "keyReused" }
    | { readonly type: "tooLate" }
  >;
}
