import Router, { type RouterContext } from "@koa/router";
import type { Middleware } from "koa";
import type { Accounts, SignedIn } from "../../identity/accounts.ts";
import type { Administration } from "../../identity/administration.ts";
import { passwordProblem } from "../../identity/new-passwords.ts";
import type { OwnSessions } from "../../identity/own-sessions.ts";
import type { PasswordResets } from "../../identity/password-resets.ts";
import { ApiError } from "../errors.ts";
import type { FailedLogins } from "../limits/failed-logins.ts";
import { challenge, principalOf } from "../middleware/authenticate.ts";
import { existsIf } from "../middleware/exists-if.ts";
import { presentPrincipal, presentSignedIn } from "../presenters/user.ts";
import { succeed } from "../reply.ts";
import * as schemas from "../schemas/auth.ts";
import type { AppState } from "../state.ts";
import { type SignInOptions, SignInStep, wrongCredentials } from "../steps/sign-in.ts";
import { expectNoFields, malformed, parseBody } from "../validate.ts";
import { addAdminUserRoutes } from "./admin-users.ts";
import { addSessionRoutes } from "./own-sessions.ts";
import { addResetRoutes } from "./password-reset.ts";
import { addProfileRoutes } from "./profile.ts";

export interface AuthRoutesOptions extends SignInOptions {
  readonly resets: PasswordResets;
  readonly ownSessions: OwnSessions;
  readonly administration: Administration;
  /** Puts the parsed JSON body into `ctx.request.body`; runs behind the check of the token. */
  readonly readBody: Middleware<AppState>;
  /** ISO 4217; the currency of `stats.total_spent`. */
  readonly defaultCurrency: string;
}

type Context = RouterContext<AppState>;

/** Identity over HTTP; paths are relative to the surface's base. */
export function authRoutes(options: AuthRoutesOptions): Router<AppState> {
  const { readBody, adminCreationToken } = options;
  const routes = new AuthRoutes(options);
  const router = new Router<AppState>()
    .post("/auth/register", readBody, (ctx) => routes.register(ctx))
    .post("/auth/create-admin", existsIf(adminCreationToken !== null), readBody, (ctx) =>
      routes.createAdmin(ctx),
    )
    .post("/auth/login", readBody, (ctx) => routes.login(ctx))
    .post("/auth/refresh", readBody, (ctx) => routes.refresh(ctx))
    .post("/auth/logout", readBody, (ctx) => routes.logout(ctx))
    .get("/auth/validate", (ctx) => routes.validate(ctx))
    .post("/auth/change-password", readBody, (ctx) => routes.changePassword(ctx));
  for (const add of [addProfileRoutes, addResetRoutes, addSessionRoutes, addAdminUserRoutes]) {
    add(router, options);
  }
  return router;
}

class AuthRoutes {
  readonly #accounts: Accounts;
  readonly #failedLogins: FailedLogins;
  readonly #step: SignInStep;

  constructor(options: AuthRoutesOptions) {
    this.#accounts = options.accounts;
    this.#failedLogins = options.failedLogins;
    this.#step = new SignInStep(options);
  }

  async register(ctx: Context): Promise<void> {
    const body = parseBody(schemas.registerBody, ctx.request.body, schemas.ACCOUNT_NAMES);
    replySignedIn(ctx, 201, await this.#step.signUp(ctx, body), "User registered successfully");
  }

  async createAdmin(ctx: Context): Promise<void> {
    const body = parseBody(schemas.createAdminBody, ctx.request.body, schemas.ACCOUNT_NAMES);
    replySignedIn(ctx, 201, await this.#step.signUp(ctx, body), "Admin created successfully");
  }

  async login(ctx: Context): Promise<void> {
    const body = parseBody(schemas.loginBody, ctx.request.body);
    replySignedIn(ctx, 200, await this.#step.signIn(ctx, body), "Login successful");
  }

  async refresh(ctx: Context): Promise<void> {
    const body = parseBody(schemas.refreshBody, ctx.request.body, schemas.REFRESH_NAMES);
    const attempt = () => this.#accounts.refresh(body.refresh_token);
    const signedIn = await this.#failedLogins.refresh(ctx, attempt);
    if (signedIn === null) {
      challenge(ctx);
      throw new ApiError("AUTH_TOKEN_INVALID", "The refresh token is not valid; log in again");
    }
    replySignedIn(ctx, 200, signedIn, "Token refreshed");
  }

  async logout(ctx: Context): Promise<void> {
    expectNoFields(ctx.request.body, "must be empty: the session of the token ends");
    await this.#accounts.logout(principalOf(ctx).sessionId);
    const hint = "Remove both tokens from your client's storage: neither is accepted any more";
    succeed(ctx, 200, { hint }, { message: "Logged out successfully", hint });
  }

  validate(ctx: Context): void {
    const told = { valid: true, user: presentPrincipal(principalOf(ctx)) };
    succeed(ctx, 200, told, { message: "Token is valid", ...told });
  }

  async changePassword(ctx: Context): Promise<void> {
    const principal = principalOf(ctx);
    const body = parseBody(schemas.changePasswordBody, ctx.request.body, schemas.PASSWORD_NAMES);
    const problem = passwordProblem(body.newPassword, principal.email);
    if (problem !== null) throw malformed("newPassword", problem);
    const passwords = { current: body.currentPassword, next: body.newPassword };
    const outcome = await this.#failedLogins.changePassword(
      ctx,
      principal.userId,
      () => this.#accounts.changePassword(principal, passwords),
      (result) => result === "WrongPassword",
    );
    if (outcome === "WrongPassword") throw wrongCredentials(ctx, "The current password is wrong");
    succeed(ctx, 200, null, { message: "Password changed successfully" });
  }
}

function replySignedIn(ctx: Context, status: number, signedIn: SignedIn, message: string): void {
  succeed(ctx, status, presentSignedIn(signedIn), { message });
}
