import type { User } from "./ports.ts";
import type { Principal } from "./principal.ts";

/** In whose name a trusted gateway acts that names no person: a row of the table of people that nobody can log in as. */
export const GATEWAY_USER_ID = "00000000-0000-7000-8000-000000000001";

/** A gateway has no session: it says with each request who asks. */
const NO_SESSION = "gateway";

/**
 * Who a trusted gateway says is asking. Its word is taken for the role too: whether somebody is an admin there is not
 * looked up here.
 * @param user null where it names no person
 */
export function gatewayPrincipal(user: User | null, isAdmin: boolean): Principal {
  const role = isAdmin ? "admin" : "user";
  if (user === null) {
    return {
      userId: GATEWAY_USER_ID,
      sessionId: NO_SESSION,
      role,
      email: "",
      name: "gateway",
      tier: "basic",
    };
  }
  const { id: userId, email, name, tier } = user;
  return { userId, sessionId: NO_SESSION, role, email, name, tier };
}

/** Whether a request is the gateway's own and nobody's in particular. */
export function isGateway({ userId }: Principal): boolean {
  return userId === GATEWAY_USER_ID;
}
