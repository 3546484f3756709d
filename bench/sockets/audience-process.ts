import { Audience } from "./audience.ts";
import type { AudienceMessage, AudienceOrder } from "./messages.ts";

/** The listeners, a process of their own: what they take of the processor can be told. */
let audience: Audience | null = null;

function tell(message: AudienceMessage): void {
  process.send?.(message);
}

async function obey(order: AudienceOrder): Promise<void> {
  switch (order.type) {
    case "open":
      audience = new Audience(order);
      return tell({ type: "opened", opened: await audience.open() });
    case "tell":
      return tell({ type: "heard", heard: await present().heard() });
    case "catch-up":
      return tell({ type: "caught-up", caughtUp: await present().catchUp(order.clients, order.afterSeq) });
    case "close":
      await present().close();
      return tell({ type: "closed" });
    default:
      order satisfies never;
  }
}

function present(): Audience {
  if (audience === null) throw new Error("invariant: the audience was asked before it was there");
  return audience;
}

process.on("message", (order: AudienceOrder) => {
  obey(order).catch((error: unknown) => {
    console.error(error);
    process.exit(1);
  });
});
process.on("disconnect", () => process.exit(0));
tell({ type: "ready", port: 0 });
