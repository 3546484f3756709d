import { isIP } from "node:net";
import { isPublicAddress } from "./public-address.ts";

/** Below it stand the services of a network; webhooks live at 443 or where an application listens. */
const APPLICATION_PORT_MIN = 1_024;
const HTTPS_PORT = 443;
const URL_LENGTH_MAX = 2_048;

/**
 * What is wrong with an address that a customer gives, in words for them; null where nothing is. An IP address is
 * judged here; a name is judged by `GuardedFetch`, and each time it is connected to.
 */
export function problemOfUrl(
  text: string,
  { allowPrivate }: { readonly allowPrivate: boolean },
): string | null {
  if (text.length > URL_LENGTH_MAX) return `must be at most ${URL_LENGTH_MAX} characters long`;
  const url = URL.parse(text);
  if (url === null) return "must be an absolute URL such as https://example.com/hooks";
  const isPlain = url.protocol === "http:" && allowPrivate;
  if (url.protocol !== "https:" && !isPlain) return "must begin with https://";
  if (url.username !== "" || url.password !== "") return "must not contain a user name or password";
  if (url.hash !== "") return "must not contain a fragment (#…)";
  if (allowPrivate) return null;
  const port = url.port === "" ? HTTPS_PORT : Number(url.port);
  if (port !== HTTPS_PORT && port < APPLICATION_PORT_MIN)
    return `must use port ${HTTPS_PORT}, or one of ${APPLICATION_PORT_MIN} and above`;
  const host = hostOf(url);
  return isIP(host) !== 0 && !isPublicAddress(host) ? "must not lead to a private or reserved address" : null;
}

/** The host without the brackets of an IPv6 address. */
export function hostOf({ hostname }: URL): string {
  return hostname.startsWith("[") ? hostname.slice(1, -1) : hostname;
}
