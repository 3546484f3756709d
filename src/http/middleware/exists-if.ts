import type { Middleware } from "koa";
import { ApiError } from "../errors.ts";
import type { AppState } from "../state.ts";

/** A route that is switched off answers as if it did not exist. */
export function existsIf(isOn: boolean): Middleware<AppState> {
  return (_ctx, next) => {
    if (!isOn) throw new ApiError("NOT_FOUND", "Not found");
    return next();
  };
}
