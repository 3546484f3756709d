import type Router from "@koa/router";
import type { RouterContext } from "@koa/router";
import type { Middleware } from "koa";
import type { Administration } from "../../identity/administration.ts";
import type { PersonWithStats } from "../../identity/directory.ts";
import { ApiError } from "../errors.ts";
import { principalOf } from "../middleware/authenticate.ts";
import { presentAudit, presentProfile } from "../presenters/user.ts";
import { succeed, succeedWithPage } from "../reply.ts";
import {
  ACCOUNT_CHANGE_NAMES,
  accountBody,
  auditQuery,
  changeOf,
  peopleQuery,
} from "../schemas/admin-users.ts";
import { pageOf } from "../schemas/lists.ts";
import type { AppState } from "../state.ts";
import { malformed, parseBody, parseQuery, uuidParam } from "../validate.ts";

type Context = RouterContext<AppState>;

interface AdminUserRoutesOptions {
  readonly administration: Administration;
  readonly readBody: Middleware<AppState>;
  readonly defaultCurrency: string;
}

const LIST_DEFAULT = 20;

/** Everybody's accounts, for admins. */
export function addAdminUserRoutes(
  router: Router<AppState>,
  options: AdminUserRoutesOptions,
): Router<AppState> {
  const routes = new AdminUserRoutes(options);
  return router
    .get("/auth/admin/users", (ctx) => routes.list(ctx))
    .get("/auth/admin/users/:id", (ctx) => routes.show(ctx))
    .patch("/auth/admin/users/:id", options.readBody, (ctx) => routes.change(ctx))
    .get("/auth/admin/audit", (ctx) => routes.audit(ctx));
}

class AdminUserRoutes {
  readonly #administration: Administration;
  readonly #present: (person: PersonWithStats) => Record<string, unknown>;

  constructor({ administration, defaultCurrency }: AdminUserRoutesOptions) {
    this.#administration = administration;
    this.#present = (person) => presentProfile(person, defaultCurrency);
  }

  async list(ctx: Context): Promise<void> {
    const { role = null, search = null, is_active, isActive, ...paging } = parseQuery(peopleQuery, ctx.query);
    if (is_active !== undefined && isActive !== undefined && is_active !== isActive) {
      throw malformed("is_active", "says something else than isActive; send only one");
    }
    const page = pageOf(paging, LIST_DEFAULT);
    const filter = { role, search, isActive: is_active ?? isActive ?? null, ...page };
    const { people, total } = await this.#administration.people(filter);
    succeedWithPage(ctx, people.map(this.#present), { page, total });
  }

  async show(ctx: Context): Promise<void> {
    succeed(ctx, 200, this.#present(found(await this.#administration.person(uuidParam(ctx.params)))));
  }

  async change(ctx: Context): Promise<void> {
    const id = uuidParam(ctx.params);
    const change = changeOf(parseBody(accountBody, ctx.request.body, ACCOUNT_CHANGE_NAMES));
    const outcome = await this.#administration.change(id, change, principalOf(ctx));
    if (outcome === "LastAdmin") {
      throw new ApiError("LAST_ADMIN", "This is the last active admin; make somebody else one first");
    }
    const person = found(outcome === "UserNotFound" ? null : outcome);
    succeed(ctx, 200, this.#present(person), { message: "User updated successfully" });
  }

  async audit(ctx: Context): Promise<void> {
    const { user_id: subjectId = null, ...paging } = parseQuery(auditQuery, ctx.query);
    const page = pageOf(paging, LIST_DEFAULT);
    const { entries, total } = await this.#administration.audit({ subjectId, ...page });
    succeedWithPage(ctx, entries.map(presentAudit), { page, total });
  }
}

function found(person: PersonWithStats | null): PersonWithStats {
  if (person === null) throw new ApiError("USER_NOT_FOUND", "User not found");
  return person;
}
