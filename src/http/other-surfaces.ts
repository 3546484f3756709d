import type Router from "@koa/router";
import type { ErrorRenderer } from "./middleware/funnel.ts";
import type { AppState } from "./state.ts";

/** A surface beside the canonical one: paths, bodies and errors of its own over the same commands and reads. */
export interface OtherSurface {
  /** With its whole paths. */
  readonly router: Router<AppState>;
  /** What is at or below these paths is this surface's, also where it has no route there. */
  readonly bases: readonly string[];
  readonly renderError: ErrorRenderer;
}

/**
 * Finds who renders the errors of a path: the surface that it belongs to, whether there is such a route or not. Undefined
 * for the canonical one, which is found without a further look: refusals are answered there by the thousand.
 */
export function errorRenderersOf(
  surfaces: readonly OtherSurface[],
  canonicalBase: string,
): (path: string) => ErrorRenderer | undefined {
  const canonicalPrefix = `${canonicalBase}/`;
  return (path) => {
    if (path.startsWith(canonicalPrefix)) return undefined;
    // Routes match without regard to case.
    const asked = path.toLowerCase();
    if (isBelow(asked, canonicalBase)) return undefined;
    return surfaces.find(({ bases }) => bases.some((base) => isBelow(asked, base)))?.renderError;
  };
}

function isBelow(path: string, base: string): boolean {
  return path === base || path.startsWith(`${base}/`);
}
