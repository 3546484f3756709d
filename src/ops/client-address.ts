import type { IncomingMessage } from "node:http";
import ipaddr from "ipaddr.js";

type Address = ipaddr.IPv4 | ipaddr.IPv6;
type Range = readonly [Address, number];

/** Whoever is behind a socket that has no address any more: its peer has gone. */
const NOBODY = "unknown";
const HOPS_MAX = 32;
const PEERS_KNOWN_MAX = 1_000;
const MAPPED_BITS = 96;
const IPV6_NETWORK_GROUPS = 4;

/**
 * Where a request really comes from. `X-Forwarded-For` is believed from right to left, as far as each hop that wrote it is
 * one of ours: the peer of the connection must be a trusted proxy, then the address it names, and so on. The first that is
 * not is the client; whatever stands further left it may have made up. Without trusted proxies the header means nothing.
 * @param trustedProxies addresses and ranges such as `10.0.0.0/8` or `::1`
 * @returns the client's address: IPv4 in four decimals also where it came mapped into IPv6, IPv6 in its shortest form
 * @throws Error naming an entry that is no address or range.
 */
export function createClientAddress(
  trustedProxies: readonly string[],
): (request: Pick<IncomingMessage, "socket" | "headers">) => string {
  const ranges = trustedProxies.map((entry) => {
    const range = rangeOf(entry);
    if (range === null) throw new Error(`${entry} is no IP address or range`);
    return range;
  });
  if (ranges.length === 0) return ({ socket }) => plain(socket.remoteAddress);
  const isTrusted = remembering((address) => isWithin(address, ranges));
  return ({ socket, headers }) => {
    const peer = plain(socket.remoteAddress);
    const forwarded = headers["x-forwarded-for"];
    if (forwarded === undefined || !isTrusted(peer)) return peer;
    return firstStranger(peer, String(forwarded), isTrusted);
  };
}

/** Whether a text is an address or a range that `createClientAddress` takes. */
export function isAddressRange(text: string): boolean {
  return rangeOf(text) !== null;
}

/**
 * Whom an address is counted as: itself, but with IPv6 the network of 64 bits that it is in. One subscriber has at least
 * such a network (RFC 6177), and could send every request from another of its 2^64 addresses.
 */
export function networkOf(address: string): string {
  if (!address.includes(":")) return address;
  const parts = parsed(address)?.toByteArray();
  if (parts === undefined) return address;
  const groups = Array.from({ length: IPV6_NETWORK_GROUPS }, (_, at) =>
    (((parts[at * 2] ?? 0) << 8) | (parts[at * 2 + 1] ?? 0)).toString(16),
  );
  return `${groups.join(":")}::/64`;
}

function firstStranger(peer: string, forwarded: string, isTrusted: (address: string) => boolean): string {
  let client = peer;
  for (const hop of forwarded.split(",").slice(-HOPS_MAX).reverse()) {
    if (!isTrusted(client)) return client;
    const named = parsed(withoutPort(hop.trim()));
    // Such as "unknown": the proxy that wrote it is as far as we can see.
    if (named === null) return client;
    client = named.toString();
  }
  return client;
}

/** Some proxies name the client's port too: `192.0.2.1:4711`, `[2001:db8::1]:4711`. */
function withoutPort(hop: string): string {
  return /^\[([^\]]+)\](?::\d+)?$/.exec(hop)?.[1] ?? /^([\d.]+):\d+$/.exec(hop)?.[1] ?? hop;
}

/** A socket's address as Node gives it, without the prefix of IPv4 in IPv6 and without a zone. */
function plain(address: string | undefined): string {
  if (address === undefined) return NOBODY;
  if (!address.includes(":")) return address;
  return parsed(address)?.toString() ?? NOBODY;
}

function parsed(text: string): Address | null {
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return ipaddr.IPv4.parse(text);
  if (!ipaddr.IPv6.isValid(text)) return null;
  const address = ipaddr.IPv6.parse(text.replace(/%.*$/, ""));
  return address.isIPv4MappedAddress() ? address.toIPv4Address() : address;
}

function rangeOf(text: string): Range | null {
  const [address = "", bits, ...rest] = text.split("/");
  const first = parsed(address);
  if (first === null || rest.length > 0) return null;
  const lengthMax = first.kind() === "ipv4" ? 32 : 128;
  if (bits === undefined) return [first, lengthMax];
  const isMapped = first.kind() === "ipv4" && address.includes(":");
  const length = /^\d{1,3}$/.test(bits) ? Number(bits) - (isMapped ? MAPPED_BITS : 0) : -1;
  return length >= 0 && length <= lengthMax ? [first, length] : null;
}

function isWithin(address: string, ranges: readonly Range[]): boolean {
  const known = parsed(address);
  if (known === null) return false;
  return ranges.some(([first, bits]) => first.kind() === known.kind() && known.match(first, bits));
}

/** Proxies are few and ask for every request: their answers are kept, up to a bound. */
function remembering(ask: (address: string) => boolean): (address: string) => boolean {
  const known = new Map<string, boolean>();
  return (address) => {
    const answer = known.get(address) ?? ask(address);
    if (known.size >= PEERS_KNOWN_MAX) known.clear();
    known.set(address, answer);
    return answer;
  };
}
