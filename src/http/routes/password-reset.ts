import type Router from "@koa/router";
import type { RouterContext } from "@koa/router";
import type { Middleware } from "koa";
import type { PasswordResets } from "../../identity/password-resets.ts";
import { ApiError } from "../errors.ts";
import type { FailedLogins } from "../limits/failed-logins.ts";
import { challenge } from "../middleware/authenticate.ts";
import { succeed } from "../reply.ts";
import { forgotPasswordBody, RESET_NAMES, resetPasswordBody } from "../schemas/auth.ts";
import type { AppState } from "../state.ts";
import { malformed, parseBody } from "../validate.ts";

interface ResetRoutesOptions {
  readonly resets: PasswordResets;
  readonly failedLogins: FailedLogins;
  readonly readBody: Middleware<AppState>;
}

type Context = RouterContext<AppState>;

const ASKED = "If this address has an account, an e-mail with a link to reset its password is on its way";
const NOT_GOOD = "This reset token is not good: it was used or replaced, is too old, or never was one";

/** For people who forgot their password: ask for a mail, then set another one by what it says. */
export function addResetRoutes(router: Router<AppState>, options: ResetRoutesOptions): Router<AppState> {
  const { readBody, resets } = options;
  return router
    .post("/auth/forgot-password", readBody, async (ctx) => {
      const { email } = parseBody(forgotPasswordBody, ctx.request.body);
      await resets.ask(email);
      succeed(ctx, 202, null, { message: ASKED });
    })
    .post("/auth/reset-password", readBody, (ctx) => reset(options, ctx));
}

async function reset({ resets, failedLogins }: ResetRoutesOptions, ctx: Context): Promise<void> {
  const { token, new_password: next } = parseBody(resetPasswordBody, ctx.request.body, RESET_NAMES);
  const outcome = await resets.reset(token, next);
  if (outcome.type === "PasswordRefused") throw malformed("new_password", outcome.problem);
  if (outcome.type === "TokenInvalid") {
    challenge(ctx);
    throw new ApiError("AUTH_TOKEN_INVALID", NOT_GOOD);
  }
  await failedLogins.forgive(ctx, outcome.email);
  succeed(ctx, 200, null, { message: "Password reset; log in with the new one" });
}
