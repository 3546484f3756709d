import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { Lane, type Reply, share } from "./lane.ts";

/** A registered user of the server, ready to book. */
export interface Buyer {
  readonly token: string;
  readonly quantity: number;
}

/** Hashing is what takes the time, so a few dozen requests keep the server as busy as a thousand would. */
const REGISTRATIONS_AT_ONCE_MAX = 32;
const RETRY_MS = 500;
const RETRIES_MAX = 120;

/**
 * Registers one user for each quantity, over HTTP like anybody else.
 * @param onRegistered called after each with the number registered so far
 * @throws Error where the server refuses a registration for good
 */
export async function registerBuyers(
  origin: string,
  quantities: readonly number[],
  onRegistered: (registered: number) => void,
): Promise<Buyer[]> {
  const run = randomBytes(6).toString("hex");
  const password = randomBytes(12).toString("base64url");
  const lanesCount = Math.min(REGISTRATIONS_AT_ONCE_MAX, quantities.length);
  const lanes = Array.from({ length: lanesCount }, () => new Lane(origin));
  const buyers: Buyer[] = new Array(quantities.length);
  let registered = 0;
  try {
    await share(lanes, quantities.length, async (lane, at) => {
      const body = { email: `buyer-${run}-${at + 1}@example.com`, name: `Buyer ${at + 1}`, password };
      const reply = await insist(() => lane.ask({ method: "POST", path: "/api/v1/auth/register", body }));
      buyers[at] = { token: tokenOf(reply, "registering a buyer"), quantity: quantities[at]! };
      registered += 1;
      onRegistered(registered);
    });
  } finally {
    await Promise.all(lanes.map((lane) => lane.close()));
  }
  return buyers;
}

/** Logs in and returns the access token. @throws Error where the server refuses. */
export async function logIn(lane: Lane, who: { readonly email: string; readonly password: string }) {
  const reply = await insist(() => lane.ask({ method: "POST", path: "/api/v1/auth/login", body: who }));
  return tokenOf(reply, `logging in as ${who.email}`);
}

async function insist(ask: () => Promise<Reply>): Promise<Reply> {
  for (let attempt = 1; ; attempt += 1) {
    const reply = await ask();
    const busy = reply.status === 503 || reply.status === 429;
    if (!busy || attempt >= RETRIES_MAX) return reply;
    await sleep(reply.retryAfterMs ?? RETRY_MS);
  }
}

function tokenOf(reply: Reply, doing: string): string {
  const token = reply.body?.data?.access_token;
  if (typeof token === "string") return token;
  throw new Error(refusal(reply, doing));
}

/** One line about a reply that should have been another. */
export function refusal(reply: Reply, doing: string): string {
  return `${doing}: the server answered ${reply.status} ${reply.body?.code ?? ""} ${reply.body?.error ?? ""}`.trimEnd();
}
