import type Router from "@koa/router";
import type { RouterContext } from "@koa/router";
import type { Middleware } from "koa";
import type { Accounts, Profile } from "../../identity/accounts.ts";
import { ApiError } from "../errors.ts";
import { principalOf } from "../middleware/authenticate.ts";
import { presentProfile, presentUser } from "../presenters/user.ts";
import { succeed } from "../reply.ts";
import { nameOf, PERSON_NAMES, profileBody } from "../schemas/auth.ts";
import type { AppState } from "../state.ts";
import { parseBody } from "../validate.ts";

interface ProfileRoutesOptions {
  readonly accounts: Accounts;
  readonly readBody: Middleware<AppState>;
  readonly defaultCurrency: string;
}

/** One's own profile, in 001's form under /auth and in 004's under /users. */
export function addProfileRoutes(router: Router<AppState>, options: ProfileRoutesOptions): Router<AppState> {
  const { accounts, readBody, defaultCurrency } = options;
  const own = async (ctx: RouterContext<AppState>) => found(await accounts.profile(principalOf(ctx).userId));
  const update = async (ctx: RouterContext<AppState>) => {
    const profile = found(await updateOwn(accounts, ctx));
    succeed(ctx, 200, presentProfile(profile, defaultCurrency), { message: "Profile updated successfully" });
  };
  return router
    .get("/auth/profile", async (ctx) => {
      const user = presentUser((await own(ctx)).user);
      succeed(ctx, 200, { user }, { user });
    })
    .get("/users/profile", async (ctx) => {
      succeed(ctx, 200, presentProfile(await own(ctx), defaultCurrency));
    })
    .put("/users/profile", readBody, update)
    .patch("/users/profile", readBody, update);
}

function updateOwn(accounts: Accounts, ctx: RouterContext<AppState>): Promise<Profile | null> {
  const body = parseBody(profileBody, ctx.request.body, PERSON_NAMES);
  const name = nameOf(body);
  // Halves that no longer make up the name are forgotten with it.
  const halves =
    name === undefined ? {} : { firstName: body.firstName ?? null, lastName: body.lastName ?? null };
  return accounts.updateProfile(principalOf(ctx).userId, { name, ...halves, phone: body.phone });
}

function found(profile: Profile | null): Profile {
  if (profile === null) throw new ApiError("USER_NOT_FOUND", "User not found");
  return profile;
}
