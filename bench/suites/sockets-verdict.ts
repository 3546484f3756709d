import { whole } from "../lib/format.ts";
import type { HearingVerdict } from "../sockets/hearing.ts";
import type { SocketsResult } from "./sockets-result.ts";

/** What may not be, in words. Missing a push is none: pushes come at most once, and `catch_up` has to bring it. */
const VIOLATIONS = {
  own_duplicate: "pushes about own bookings were heard twice",
  own_unknown: "pushes were heard that the ledger does not have for their person",
  own_missing: "pushes were missed, and catching up did not bring them",
  figures_repeated: "figures came twice or after newer ones",
  figures_wrong: "figures are not what the ledger says was left",
  figures_stale: "clients were never told the last figures",
  catch_up_wrong: "clients did not get exactly what the ledger has for them when they caught up",
} as const satisfies Partial<Record<keyof HearingVerdict, string>>;

/** Whatever does not agree with the books or the ledger. */
export function socketsViolations({ sockets, opened, lost, verdict, rounds }: SocketsResult): string[] {
  const reasons = Object.entries(opened.refused).map(([reason, count]) => `${whole(count)} × ${reason}`);
  const kinds = Object.entries(VIOLATIONS) as [keyof typeof VIOLATIONS, string][];
  return [
    ...(opened.connected === sockets
      ? []
      : [
          `${whole(sockets - opened.connected)} of ${whole(sockets)} sockets could not connect: ${reasons.join(", ")}`,
        ]),
    ...(lost === 0 ? [] : [`${whole(lost)} connections ended by themselves`]),
    ...kinds.flatMap(([kind, words]) => (verdict[kind] === 0 ? [] : [`${whole(verdict[kind])} ${words}`])),
    ...rounds.flatMap(({ round, violations }) => violations.map((violation) => `${round}: ${violation}`)),
  ];
}
