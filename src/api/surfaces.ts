import type pg from "pg";
import type { OtherSurface } from "../http/other-surfaces.ts";
import type { SurfaceOptions } from "../http/surface.ts";
import { surfaceA } from "../http/surface-a/surface.ts";
import { surfaceB } from "../http/surface-b/surface.ts";
import type { Authenticator } from "../identity/principal.ts";
import type { Config } from "../ops/config.ts";
import { createAliases } from "../store/aliases.ts";
import { createUserStore } from "../store/users.ts";

/** Clients of these surfaces know nothing of bookings that are still in line, so they are made to see few of them. */
const DECISION_WAIT_MS = 30_000;

/** The surfaces beside the canonical one that are switched on, over the same options. */
export function composeOtherSurfaces(
  { SURFACES, TRUSTED_GATEWAY_SECRET: gatewaySecret }: Config,
  pool: pg.Pool,
  parts: { readonly options: SurfaceOptions; readonly authenticator: Authenticator },
): readonly OtherSurface[] {
  const { authenticator } = parts;
  const options = { ...parts.options, decisionWaitMs: DECISION_WAIT_MS };
  const gateway = { gatewaySecret, aliases: createAliases(pool), users: createUserStore(pool) };
  return [
    ...(SURFACES.includes("a") ? [surfaceA(options, authenticator)] : []),
    ...(SURFACES.includes("b") ? [surfaceB(options, { ...gateway, authenticator })] : []),
  ];
}
