import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { bodyParser } from "@koa/bodyparser";
import Router from "@koa/router";
import Koa from "koa";
import type pg from "pg";
import { CANONICAL_ACCESS, guarded } from "../../src/http/access.ts";
import { ApiError } from "../../src/http/errors.ts";
import { identify } from "../../src/http/middleware/authenticate.ts";
import { succeed } from "../../src/http/reply.ts";
import { authRoutes } from "../../src/http/routes/auth.ts";
import type { AppState } from "../../src/http/state.ts";
import { createAccounts } from "../../src/identity/accounts.ts";
import { createAdministration } from "../../src/identity/administration.ts";
import { createOwnSessions } from "../../src/identity/own-sessions.ts";
import { createPasswordResets, RESET_LIMITS, type ResetLimits } from "../../src/identity/password-resets.ts";
import { createPasswordHasher } from "../../src/identity/passwords.ts";
import type { SessionStore, UserStore } from "../../src/identity/ports.ts";
import type { Authenticator } from "../../src/identity/principal.ts";
import { createResetTokens } from "../../src/identity/reset-tokens.ts";
import { createAuthenticator } from "../../src/identity/sessions.ts";
import { type AccessTokens, createAccessTokens } from "../../src/identity/tokens.ts";
import { Fault } from "../../src/ops/fault.ts";
import { createLog } from "../../src/ops/log.ts";
import { createPool } from "../../src/store/database.ts";
import { createResetStore } from "../../src/store/password-resets.ts";
import { createSessionStore } from "../../src/store/sessions.ts";
import { createDirectory } from "../../src/store/user-directory.ts";
import { createUserStore } from "../../src/store/users.ts";
import { limitsOf } from "../support/limits.ts";
import { createTestDatabase } from "../support/postgres.ts";

export const SECRET = "a signing secret of the tests, long enough";
export const CREATION_TOKEN = "creation-token-of-the-tests";
export const PASSWORD = "plum tree 47 in bloom";

// biome-ignore lint/suspicious/noExplicitAny: replies are read as a client would, field by field
type Json = any;

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Json;
}

export interface Call {
  readonly token?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** The identity part as one API process has it, over HTTP, on a database of its own. */
export interface World {
  readonly pool: pg.Pool;
  readonly users: UserStore;
  readonly sessions: SessionStore;
  readonly tokens: AccessTokens;
  readonly authenticator: Authenticator;
  call(method: string, path: string, options?: Call): Promise<Reply>;
  /** Registers somebody with a new e-mail address and the tests' password. */
  register(
    overrides?: Readonly<Record<string, unknown>>,
  ): Promise<{ email: string; body: Json; token: string }>;
  stop(): Promise<void>;
}

export async function startWorld(
  options: {
    readonly creationToken?: string | null;
    readonly hashQueueMax?: number;
    readonly resetLimits?: Partial<ResetLimits>;
  } = {},
): Promise<World> {
  const log = createLog({ role: "test", level: "silent" });
  const database = await createTestDatabase();
  const pool = createPool({ url: database.url, name: "identity-test", max: 10, log });
  const users = createUserStore(pool);
  const sessions = createSessionStore(pool, log);
  const tokens = await createAccessTokens({ secret: SECRET, ttlS: 86_400 });
  const loadPrincipals = sessions.principals.bind(sessions);
  const authenticator = createAuthenticator({ tokens, loadPrincipals });
  const hasher = createPasswordHasher({ concurrencyMax: 2, queueMax: options.hashQueueMax ?? 1_000 });
  const newId = () => uuidv7();
  const refreshTtlS = 3_600;
  const accounts = createAccounts({ users, sessions, hasher, tokens, authenticator, refreshTtlS, newId });
  const adminCreationToken = options.creationToken === undefined ? CREATION_TOKEN : options.creationToken;
  const readBody = bodyParser({
    enableTypes: ["json"],
    parsedMethods: ["POST", "PUT", "PATCH", "DELETE"],
  });
  const shared = { sessions, authenticator, newId };
  const resets = createPasswordResets({
    ...shared,
    store: createResetStore(pool),
    hasher,
    tokens: createResetTokens(SECRET),
    limits: { ...RESET_LIMITS, ...options.resetLimits },
  });
  const unguarded = authRoutes({
    accounts,
    failedLogins: limitsOf().failedLogins,
    resets,
    ownSessions: createOwnSessions(shared),
    administration: createAdministration({ ...shared, directory: createDirectory(pool) }),
    readBody,
    adminCreationToken,
    defaultCurrency: "USD",
  });
  const routes = guarded(unguarded, CANONICAL_ACCESS);
  const server = await listen(appOf(routes, authenticator));
  const call = caller(server);
  return {
    pool,
    users,
    sessions,
    tokens,
    authenticator,
    call,
    async register(overrides = {}) {
      const email = `${newId()}@example.com`;
      const body = { email, password: PASSWORD, name: "Ada Example", ...overrides };
      const reply = await call("POST", "/auth/register", { body });
      if (reply.status !== 201) throw new Error(JSON.stringify(reply.body));
      return { email, body: reply.body, token: reply.body.data.token };
    },
    async stop() {
      server.closeAllConnections();
      server.close();
      await pool.end();
      await database.drop();
    },
  };
}

let counter = 0;

function uuidv7(): string {
  counter += 1;
  const time = Date.now().toString(16).padStart(12, "0");
  const dice = Math.floor(Math.random() * 0x1_0000_0000)
    .toString(16)
    .padStart(8, "0");
  const tail = counter.toString(16).padStart(4, "0").slice(-4);
  return `${time.slice(0, 8)}-${time.slice(8)}-7${tail.slice(1)}-8000-${dice}${tail}`;
}

function appOf(routes: Router<AppState>, authenticator: Authenticator): Koa<AppState> {
  const adminOnly = new Router<AppState>().get("/admin-only", (ctx) => succeed(ctx, 200, {}));
  const admin = guarded(adminOnly, { "GET /admin-only": "admin" });
  const app = new Koa<AppState>();
  app.use(async (ctx, next) => {
    try {
      await next();
    } catch (error) {
      renderError(ctx, error);
    }
  });
  app.use(identify(authenticator, async () => {}));
  app.use(new Router<AppState>({ prefix: "/api/v1" }).use(routes.routes(), admin.routes()).routes());
  return app;
}

function renderError(ctx: Koa.ParameterizedContext, error: unknown): void {
  if (error instanceof ApiError) {
    ctx.status = error.status;
    ctx.body = { success: false, error: error.message, code: error.code, details: error.details };
  } else if (error instanceof Fault) {
    ctx.status = 503;
    ctx.body = { success: false, code: error.kind, retryAfterMs: error.retryAfterMs };
  } else {
    const status = (error as { status?: number }).status ?? 500;
    ctx.status = status;
    ctx.body = { success: false, code: status === 500 ? String((error as Error).stack) : "FROM_BODY_PARSER" };
  }
}

async function listen(app: Koa<AppState>): Promise<Server> {
  const server = createServer(app.callback()).listen(0, "127.0.0.1");
  await once(server, "listening");
  return server;
}

function caller(server: Server): World["call"] {
  const { port } = server.address() as AddressInfo;
  return async (method, path, { token, headers = {}, body } = {}) => {
    const response = await fetch(`http://127.0.0.1:${port}/api/v1${path}`, {
      method,
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...headers,
      },
      body: body === undefined ? null : typeof body === "string" ? body : JSON.stringify(body),
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      body: text === "" ? null : JSON.parse(text),
    };
  };
}
