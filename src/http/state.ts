import type { Principal } from "../identity/principal.ts";

/** What `ctx.state` holds behind the request-id and `identify` middlewares. */
export interface AppState {
  /** Null where the request carries no token. */
  principal: Principal | null;
  requestId: string;
}
