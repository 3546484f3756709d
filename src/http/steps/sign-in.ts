import type { RouterContext } from "@koa/router";
import type { z } from "zod";
import type { Accounts, SignedIn } from "../../identity/accounts.ts";
import type { Role } from "../../identity/principal.ts";
import { ApiError } from "../errors.ts";
import type { FailedLogins } from "../limits/failed-logins.ts";
import { createGrantCheck, type GrantCheck } from "../middleware/admin-grant.ts";
import { challenge } from "../middleware/authenticate.ts";
import { type loginBody, nameOf } from "../schemas/auth.ts";
import type { AppState } from "../state.ts";

type Context = RouterContext<AppState>;

export interface SignInOptions {
  readonly accounts: Accounts;
  readonly failedLogins: FailedLogins;
  /** Whoever presents it may create admins and organizers; null switches `POST /auth/create-admin` off. */
  readonly adminCreationToken: string | null;
}

/** What somebody who registers says of themselves, as the schemas of a surface let it through. */
interface NewAccount {
  readonly email: string;
  readonly password: string;
  readonly role: Role;
  readonly name?: string | undefined;
  readonly firstName?: string | undefined;
  readonly lastName?: string | undefined;
  readonly phone?: string | null | undefined;
  readonly adminToken?: string | undefined;
}

/** Accounts are made and sessions opened, for whichever surface asks. */
export class SignInStep {
  readonly #accounts: Accounts;
  readonly #failedLogins: FailedLogins;
  readonly #mustBeAllowedToGrant: GrantCheck;

  constructor(options: SignInOptions) {
    this.#accounts = options.accounts;
    this.#failedLogins = options.failedLogins;
    this.#mustBeAllowedToGrant = createGrantCheck(options.adminCreationToken);
  }

  /** Opens a session. @throws ApiError AUTH_INVALID_CREDENTIALS, RATE_LIMIT_EXCEEDED. */
  async signIn(ctx: Context, { email, password }: z.output<typeof loginBody>): Promise<SignedIn> {
    const attempt = () => this.#accounts.login(email, password);
    const signedIn = await this.#failedLogins.login(ctx, email, attempt);
    if (signedIn === null) throw wrongCredentials(ctx, "Invalid email or password");
    return signedIn;
  }

  /** Makes an account and opens its first session. @throws ApiError AUTH_UNAUTHORIZED, EMAIL_TAKEN. */
  async signUp(ctx: Context, body: NewAccount): Promise<SignedIn> {
    const grantedBy = body.role === "user" ? null : this.#mustBeAllowedToGrant(ctx, body.adminToken);
    const { email, password, role, firstName = null, lastName = null, phone = null } = body;
    const name = nameOf(body);
    if (name === undefined) throw new Error("invariant: a checked registration has a name");
    const person = { email, password, role, name, firstName, lastName, phone, grantedBy };
    const signedIn = await this.#accounts.register(person);
    if (signedIn !== "EmailTaken") return signedIn;
    const details = { email: "is already registered; log in instead" };
    throw new ApiError("EMAIL_TAKEN", "This e-mail address is already registered", { details });
  }
}

/** @returns the refusal of a password that is wrong. */
export function wrongCredentials(ctx: Context, message: string): ApiError {
  challenge(ctx);
  return new ApiError("AUTH_INVALID_CREDENTIALS", message);
}
