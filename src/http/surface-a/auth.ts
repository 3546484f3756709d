import Router, { type RouterContext } from "@koa/router";
import type { SignedIn } from "../../identity/accounts.ts";
import { existsIf } from "../middleware/exists-if.ts";
import type { AuthRoutesOptions } from "../routes/auth.ts";
import { createAdminBody, loginBody, registerBody } from "../schemas/auth.ts";
import type { AppState } from "../state.ts";
import { SignInStep } from "../steps/sign-in.ts";
import { parseBody } from "../validate.ts";
import { signedInOfA } from "./present.ts";

type Context = RouterContext<AppState>;

/** 002's identity; its names are those that the canonical schemas have. */
export function authRoutesOfA(options: AuthRoutesOptions): Router<AppState> {
  const { readBody, adminCreationToken } = options;
  const step = new SignInStep(options);
  return new Router<AppState>()
    .post("/auth/register", readBody, async (ctx) => {
      const body = parseBody(registerBody, ctx.request.body);
      answer(ctx, 201, await step.signUp(ctx, body));
    })
    .post("/auth/create-admin", existsIf(adminCreationToken !== null), readBody, async (ctx) => {
      const body = parseBody(createAdminBody, ctx.request.body);
      answer(ctx, 201, await step.signUp(ctx, body));
    })
    .post("/auth/login", readBody, async (ctx) => {
      const body = parseBody(loginBody, ctx.request.body);
      answer(ctx, 200, await step.signIn(ctx, body));
    });
}

function answer(ctx: Context, status: number, signedIn: SignedIn): void {
  ctx.status = status;
  ctx.body = signedInOfA(signedIn);
}
