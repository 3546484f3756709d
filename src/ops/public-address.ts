import ipaddr from "ipaddr.js";

/** Answers metadata and host questions inside of Azure although it looks like anybody's: "WireServer". */
const AZURE_HOST = "168.63.129.16";
/** All of IPv6 that IANA has given out for the public network; forms that wrap an IPv4 address lie mostly outside. */
const GLOBAL_V6: [ipaddr.IPv6, number] = [ipaddr.IPv6.parse("2000::"), 3];

/**
 * Whether an IP address is somebody's on the public network: not loopback, private, link-local (where clouds keep
 * metadata), carrier-grade NAT, multicast, reserved, nor an IPv6 form that carries an IPv4 address inside (mapped,
 * NAT64, 6to4, Teredo), which would lead around all of these. What cannot be read is not public.
 */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.parse(address);
  if (parsed.range() !== "unicast") return false;
  if (parsed instanceof ipaddr.IPv6) return parsed.match(GLOBAL_V6) && parsed.zoneId === undefined;
  return parsed.toString() !== AZURE_HOST;
}
