import type { IncomingMessage } from "node:http";

/**
 * Whether a handshake may come from where it says it comes from. Browsers name the origin of the page, and nothing
 * else keeps a foreign page from opening a socket here; other clients name none.
 */
export function isOwnOrigin(
  { headers: { origin, host } }: Pick<IncomingMessage, "headers">,
  allowed: ReadonlySet<string>,
): boolean {
  if (origin === undefined || allowed.has(origin)) return true;
  return URL.canParse(origin) && new URL(origin).host === host?.toLowerCase();
}
