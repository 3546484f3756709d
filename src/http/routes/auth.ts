import Router, { type RouterContext } from "@koa/router";
import type { Middleware } from "koa";
import type { Accounts, SignedIn } from "../../identity/accounts.ts";
import type { Role } from "../../identity/principal.ts";
import { ApiError } from "../errors.ts";
import { createGrantCheck, type GrantCheck } from "../middleware/admin-grant.ts";
import { challenge, principalOf } from "../middleware/authenticate.ts";
import { presentPrincipal, presentSignedIn } from "../presenters/user.ts";
import { succeed } from "../reply.ts";
import * as schemas from "../schemas/auth.ts";
import type { AppState } from "../state.ts";
import { parseBody } from "../validate.ts";
import { addProfileRoutes } from "./profile.ts";

export interface AuthRoutesOptions {
  readonly accounts: Accounts;
  /** Puts the parsed JSON body into `ctx.request.body`; runs behind the check of the token. */
  readonly readBody: Middleware<AppState>;
  /** Whoever presents it may create admins and organizers; null switches `POST /auth/create-admin` off. */
  readonly adminCreationToken: string | null;
  /** ISO 4217; the currency of `stats.total_spent`. */
  readonly defaultCurrency: string;
}

type Context = RouterContext<AppState>;

/** Identity over HTTP; paths are relative to the surface's base. */
export function authRoutes(options: AuthRoutesOptions): Router<AppState> {
  const { readBody, adminCreationToken } = options;
  const routes = new AuthRoutes(options);
  const router = new Router<AppState>()
    .use(["/auth", "/users"], noStore)
    .post("/auth/register", readBody, (ctx) => routes.register(ctx))
    .post("/auth/create-admin", existsIf(adminCreationToken !== null), readBody, (ctx) =>
      routes.createAdmin(ctx),
    )
    .post("/auth/login", readBody, (ctx) => routes.login(ctx))
    .post("/auth/refresh", readBody, (ctx) => routes.refresh(ctx))
    .post("/auth/logout", (ctx) => routes.logout(ctx))
    .get("/auth/validate", (ctx) => routes.validate(ctx))
    .post("/auth/change-password", readBody, (ctx) => routes.changePassword(ctx));
  return addProfileRoutes(router, options);
}

/** What is said here is one person's, and often a secret. */
const noStore: Middleware<AppState> = (ctx, next) => {
  ctx.set("Cache-Control", "private, no-store");
  return next();
};

/** A route that is switched off answers as if it did not exist. */
function existsIf(isOn: boolean): Middleware<AppState> {
  return (_ctx, next) => {
    if (!isOn) throw new ApiError("NOT_FOUND", "Not found");
    return next();
  };
}

class AuthRoutes {
  readonly #accounts: Accounts;
  readonly #mustBeAllowedToGrant: GrantCheck;

  constructor(options: AuthRoutesOptions) {
    this.#accounts = options.accounts;
    this.#mustBeAllowedToGrant = createGrantCheck(options.adminCreationToken);
  }

  async register(ctx: Context): Promise<void> {
    const body = parseBody(schemas.registerBody, ctx.request.body, schemas.ACCOUNT_NAMES);
    if (body.role !== "user") this.#mustBeAllowedToGrant(ctx, body.adminToken);
    replySignedIn(ctx, 201, await this.#register(body), "User registered successfully");
  }

  async createAdmin(ctx: Context): Promise<void> {
    const body = parseBody(schemas.createAdminBody, ctx.request.body, schemas.ACCOUNT_NAMES);
    this.#mustBeAllowedToGrant(ctx, body.adminToken);
    replySignedIn(ctx, 201, await this.#register(body), "Admin created successfully");
  }

  async login(ctx: Context): Promise<void> {
    const { email, password } = parseBody(schemas.loginBody, ctx.request.body);
    const signedIn = await this.#accounts.login(email, password);
    if (signedIn === null) throw wrongCredentials(ctx, "Invalid email or password");
    replySignedIn(ctx, 200, signedIn, "Login successful");
  }

  async refresh(ctx: Context): Promise<void> {
    const body = parseBody(schemas.refreshBody, ctx.request.body, schemas.REFRESH_NAMES);
    const signedIn = await this.#accounts.refresh(body.refresh_token);
    if (signedIn === null) {
      challenge(ctx);
      throw new ApiError("AUTH_TOKEN_INVALID", "The refresh token is not valid; log in again");
    }
    replySignedIn(ctx, 200, signedIn, "Token refreshed");
  }

  async logout(ctx: Context): Promise<void> {
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
    const passwords = { current: body.currentPassword, next: body.newPassword };
    const outcome = await this.#accounts.changePassword(principal, passwords);
    if (outcome === "WrongPassword") throw wrongCredentials(ctx, "The current password is wrong");
    succeed(ctx, 200, null, { message: "Password changed successfully" });
  }

  async #register(body: NewAccount): Promise<SignedIn> {
    const { email, password, role, firstName = null, lastName = null, phone = null } = body;
    const name = schemas.nameOf(body);
    if (name === undefined) throw new Error("invariant: a checked registration has a name");
    const person = { email, password, role, name, firstName, lastName, phone };
    const signedIn = await this.#accounts.register(person);
    if (signedIn !== "EmailTaken") return signedIn;
    const details = { email: "is already registered; log in instead" };
    throw new ApiError("EMAIL_TAKEN", "This e-mail address is already registered", { details });
  }
}

interface NewAccount {
  readonly email: string;
  readonly password: string;
  readonly role: Role;
  readonly name?: string | undefined;
  readonly firstName?: string | undefined;
  readonly lastName?: string | undefined;
  readonly phone?: string | null | undefined;
}

function replySignedIn(ctx: Context, status: number, signedIn: SignedIn, message: string): void {
  succeed(ctx, status, presentSignedIn(signedIn), { message });
}

function wrongCredentials(ctx: Context, message: string): ApiError {
  challenge(ctx);
  return new ApiError("AUTH_INVALID_CREDENTIALS", message);
}
