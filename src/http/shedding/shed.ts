import type { IncomingMessage } from "node:http";
import type Router from "@koa/router";
import type { Middleware } from "koa";
import { ApiError } from "../errors.ts";
import { routeOf } from "../route-of.ts";
import type { AppState } from "../state.ts";
import { type LoadClasses, type SheddableClass, sheddable } from "./load-classes.ts";

/** Who says whether there is room for another request of a class. See `Shedding`. */
export interface Sheds {
  isCalm(): boolean;
  refusal(loadClass: SheddableClass): number | null;
}

/** Where nothing is ever too much. */
export const UNSHED: Sheds = { isCalm: () => true, refusal: () => null };

/** Let in by the `Door`: nobody is asked twice. */
export const admittedAtDoor = new WeakSet<IncomingMessage>();

/**
 * Turns requests away while this process is behind, before anybody finds out who is asking: a token that is not known yet
 * needs the database. Belongs in front of everything else of a router, whose routes the table names.
 * @param base what the patterns of the table are relative to
 */
export function shed(sheds: Sheds, base: string, table: LoadClasses): Middleware<AppState> {
  const classes = new Map<string, SheddableClass>();
  for (const [route, loadClass] of Object.entries(table)) {
    const found = sheddable(loadClass);
    const [method, pattern] = route.split(" ");
    if (found !== null) classes.set(`${method} ${base}${pattern}`, found);
  }
  return (ctx, next) => {
    if (sheds.isCalm()) return next();
    // A router answers HEAD where it answers GET.
    const method = ctx.method === "HEAD" ? "GET" : ctx.method;
    if (admittedAtDoor.has(ctx.req)) return next();
    const loadClass = classes.get(`${method} ${routeOf(ctx)}`);
    if (loadClass !== undefined) admit(sheds, loadClass);
    return next();
  };
}

/** @throws ApiError OVERLOADED where there is no room */
export function admit(sheds: Sheds, loadClass: SheddableClass): void {
  if (sheds.isCalm()) return;
  const retryAfterS = sheds.refusal(loadClass);
  if (retryAfterS !== null) throw refusalOf(retryAfterS);
}

const refusals = new Map<number, ApiError>();

/** One for each number of seconds: to make an error costs as much as the rest of turning somebody away. */
export function refusalOf(retryAfterS: number): ApiError {
  let error = refusals.get(retryAfterS);
  if (error === undefined) {
    const message = `More is asked than can be done right now; try again in ${retryAfterS} s`;
    error = new ApiError("OVERLOADED", message, { retryAfterS });
    refusals.set(retryAfterS, error);
  }
  return error;
}

/** Puts the gate in front of a surface's router. */
export function shedding(router: Router<AppState>, sheds: Sheds, table: LoadClasses): Router<AppState> {
  const base = router.opts.prefix ?? "";
  return router.use(shed(sheds, base, table));
}
