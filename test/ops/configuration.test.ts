import { join } from "node:path";
import { expect } from "chai";
import { CONFIG_NAMES, loadConfig } from "../../src/ops/config.ts";
import { misspelledNames } from "../../src/ops/misspelled.ts";
import { Program } from "../support/processes.ts";

const PROJECT = join(import.meta.dirname, "../..");
/** Nobody listens there: what gets as far as its database says so, and ends. */
const NOWHERE = "postgres://somebody:S0me-l0ng-w0rds@127.0.0.1:1/none";
const SECRET = "kX2v9Qe7Lw4Zr8Tn1Bm6Yc3Hf5Gj0Sd+Pa/Uo";

const ROLES = ["src/main.ts", "src/server.ts", "workers/booking.ts", "workers/effects.ts"] as const;

/** What is wrong, and what is said of it; of a production that is right but for this. */
const UNSAFE: readonly [Readonly<Record<string, string>>, RegExp][] = [
  [{ JWT_SECRET: "your-super-secret-jwt-key-change-me-now" }, /- JWT_SECRET: known from an example/],
  [{ JWT_SECRET: `${SECRET},${"ab".repeat(20)}` }, /- JWT_SECRET: known from an example/],
  [
    { ADMIN_EMAIL: "a@b.example", ADMIN_PASSWORD: "Password-123456" },
    /- ADMIN_PASSWORD: known from an example/,
  ],
  [{ ADMIN_CREATION_TOKEN: "secretsecretsecretsecret" }, /- ADMIN_CREATION_TOKEN: /],
  [{ METRICS_TOKEN: "example-token-example" }, /- METRICS_TOKEN: known from an example/],
  [{ DATABASE_URL: "postgres://postgres:postgres@127.0.0.1:1/none" }, /- DATABASE_URL: its password/],
  [{ HOST: "0.0.0.0" }, /- METRICS_TOKEN: without one, whoever reaches this machine.*METRICS_OPEN=true/],
  [{ HOST: "10.1.2.3" }, /- METRICS_TOKEN: without one/],
  [{ PAYMENT_PROVIDER: "" }, /- PAYMENT_PROVIDER: without one, payments are play money/],
  [{ WEBHOOK_ALLOW_PRIVATE: "true" }, /- WEBHOOK_ALLOW_PRIVATE: not in production/],
  [{ LOAD_TESTS: "enabled" }, /- LOAD_TESTS: not in production/],
  [{ CORS_ORIGINS: "*" }, /- CORS_ORIGINS: .*each by its name/],
  [
    { STRIPE_SECRET_KEY: "change-me-of-your-account", STRIPE_WEBHOOK_SECRET: SECRET },
    /- STRIPE_SECRET_KEY: known from an example.*Stripe/,
  ],
  [
    { STRIPE_SECRET_KEY: SECRET, STRIPE_WEBHOOK_SECRET: "change-me-of-your-endpoint" },
    /- STRIPE_WEBHOOK_SECRET: known from an example.*Stripe/,
  ],
];
const PRODUCTION = {
  NODE_ENV: "production",
  HOST: "127.0.0.1",
  PAYMENT_PROVIDER: "test",
  DATABASE_URL: NOWHERE,
  LOG_LEVEL: "silent",
  LOAD_TESTS: "disabled",
};

/** Wrong anywhere, each with what is accepted. */
const WRONG: readonly [Readonly<Record<string, string>>, string][] = [
  [{ PORT: "http" }, "PORT: "],
  [{ PORT: "70000" }, "PORT: "],
  [{ NODE_ENV: "prod" }, "NODE_ENV: "],
  [{ LOG_LEVEL: "verbose" }, "LOG_LEVEL: "],
  [{ JWT_SECRET: "short" }, "JWT_SECRET: at least 32 characters"],
  [{ JWT_SECRET: `${SECRET},short` }, "JWT_SECRET: at least 32 characters"],
  [{ ADMIN_EMAIL: "a@example.com" }, "ADMIN_EMAIL and ADMIN_PASSWORD: set both or neither"],
  [{ STRIPE_SECRET_KEY: SECRET }, "STRIPE_SECRET_KEY and STRIPE_WEBHOOK_SECRET: set both or neither"],
  [{ PAYMENT_PROVIDER: "stripe" }, "STRIPE_SECRET_KEY: needed where PAYMENT_PROVIDER is stripe"],
  [{ SMTP_URL: "smtp://mail.example" }, "SMTP_URL, MAIL_FROM: set all of them or none; missing: MAIL_FROM"],
  [{ TURN_BATCH_MAX: "10", TURN_EVENT_BATCH_MAX: "20" }, "TURN_EVENT_BATCH_MAX: not above TURN_BATCH_MAX"],
  [{ CORS_ORIGINS: "https://a.example, shop.example" }, "CORS_ORIGINS: "],
  [{ CORS_ORIGINS: "https://a.example/" }, "CORS_ORIGINS: "],
  [{ TRUSTED_PROXIES: "the-proxy" }, "TRUSTED_PROXIES: addresses or ranges"],
  [{ TICKET_SIGNING_KEY: "none" }, "TICKET_SIGNING_KEY: Ed25519 private keys"],
  [{ DEFAULT_CURRENCY: "euro" }, "DEFAULT_CURRENCY: three capital letters"],
  [{ WEBHOOK_ALLOW_PRIVATE: "yes" }, "WEBHOOK_ALLOW_PRIVATE: "],
  [{ METRICS_OPEN: "1" }, "METRICS_OPEN: "],
  [{ PUBLIC_URL: "tickets.example.com" }, "PUBLIC_URL: an address such as"],
  [{ RATE_LIMITS: "bookings=many" }, "RATE_LIMITS: "],
  [{ DATABASE_URL: "mysql://somebody@db/evently" }, "DATABASE_URL: postgres://user:password@host"],
  [{ DATABASE_URL: "db.example" }, "DATABASE_URL: postgres://user:password@host"],
  [{ REDIS_URL: "http://redis:6379" }, "REDIS_URL: redis://host:port"],
  [{ ADMIN_EMAIL: "admin", ADMIN_PASSWORD: SECRET }, "ADMIN_EMAIL: an e-mail address"],
  [
    { ADMIN_EMAIL: "a@example.com", ADMIN_PASSWORD: "s3cr-t" },
    "ADMIN_PASSWORD: must have at least 8 characters",
  ],
  [
    { ADMIN_EMAIL: "a@example.com", ADMIN_PASSWORD: "letmein123" },
    "ADMIN_PASSWORD: is among the most common",
  ],
];

/** Starts a process to its end; variables of this one do not reach it. */
async function ends(file: string, env: Readonly<Record<string, string>>) {
  const clean = Object.fromEntries(CONFIG_NAMES.map((name) => [name, ""]));
  const program = new Program([process.execPath, join(PROJECT, file)], {
    env: { ...clean, ...env },
    cwd: PROJECT,
  });
  const code = await program.ended;
  return { code, printed: program.printed };
}

describe("a configuration", function () {
  this.timeout(120_000);

  it("that is unsafe in production does not start, and the reason says what to set", async () => {
    for (const [at, [setting, said]] of UNSAFE.entries()) {
      const file = ROLES[at % ROLES.length] as string;
      const { code, printed } = await ends(file, { ...PRODUCTION, ...setting });
      expect(code, printed).to.equal(1);
      expect(printed, file).to.match(said);
      // One thing is wrong, so one is told, without the stack of a program that fell over.
      expect(printed.match(/^ {2}- /gm), printed).to.have.length(1);
      expect(printed).not.to.contain("    at ");
      for (const secret of Object.values(setting).filter((value) => value.length > 12))
        expect(printed).not.to.contain(secret);
    }
  });

  it("that is safe in production gets as far as its database", async () => {
    const given = [
      {},
      { HOST: "0.0.0.0", METRICS_TOKEN: SECRET },
      { HOST: "0.0.0.0", METRICS_OPEN: "true", LOAD_TESTS: "production" },
    ];
    for (const env of given) {
      const { code, printed } = await ends("src/server.ts", { ...PRODUCTION, ...env });
      expect(code).not.to.equal(0);
      expect(printed).not.to.contain("configuration is not usable");
      expect(printed).to.match(/ECONNREFUSED|connect/);
    }
  });

  for (const [env, said] of WRONG) {
    it(`with ${Object.entries(env)
      .map((pair) => pair.join("="))
      .join(" and ")
      .replaceAll(SECRET, "…")} is told what is wrong`, () => {
      expect(() => loadConfig(env)).to.throw(said);
    });
  }

  it("is told everything that is wrong with it at once, whichever process is started", async () => {
    const env = Object.assign(
      {},
      ...WRONG.filter((_, at) => [1, 3, 4, 6, 8, 9, 13, 15].includes(at)).map(([wrong]) => wrong),
    );
    for (const file of ROLES) {
      const { code, printed } = await ends(file, {
        NODE_ENV: "production",
        HOST: "0.0.0.0",
        WEBHOOK_ALLOW_PRIVATE: "true",
        ...env,
      });
      expect(code, file).to.equal(1);
      for (const name of [
        "PORT",
        "LOG_LEVEL",
        "JWT_SECRET",
        "ADMIN_EMAIL and",
        "STRIPE_SECRET_KEY",
        "SMTP_URL",
        "TRUSTED_PROXIES",
        "DEFAULT_CURRENCY",
        "WEBHOOK_ALLOW_PRIVATE",
        "METRICS_TOKEN",
        ...(file === "src/main.ts" ? [] : ["DATABASE_URL: needed"]),
      ])
        expect(printed, file).to.contain(`  - ${name}`);
    }
  });

  it("has a database where only one role is started", async () => {
    for (const file of ROLES.slice(1)) {
      const { code, printed } = await ends(file, {});
      expect(code, file).to.equal(1);
      expect(printed, file)
        .to.contain("- DATABASE_URL: needed")
        .and.not.to.match(/\n\s+at /);
    }
  });

  it("is warned of names that look like a slip of the keyboard, by the process that starts", async () => {
    const { printed } = await ends("src/server.ts", {
      DATABASE_URL: NOWHERE,
      METRICS_TOKN: SECRET,
      LOG_LEVEL: "warn",
    });
    expect(printed).to.contain("METRICS_TOKN is no setting and was not read; is METRICS_TOKEN meant?");
    expect(printed).not.to.contain(SECRET);
  });

  it("is not warned of what others keep in an environment", () => {
    const others = [
      "PATH",
      "HOME",
      "HOSTNAME",
      "LOGNAME",
      "LANG",
      "PGHOST",
      "PGPORT",
      "NODE_OPTIONS",
      "NODE_PATH",
      "npm_config_cache",
      "SHELL",
      "USER",
      "POSTGRES_PASSWORD",
      "REDIS_HOST",
      "KUBERNETES_PORT",
      "CI",
      "DATA",
      "PORTS",
    ];
    expect(misspelledNames(Object.fromEntries(others.map((name) => [name, "x"])))).to.deep.equal([]);
    const near = misspelledNames({
      DATABSE_URL: "",
      JWT_SECERT: "",
      PAYMENT_PROVIDR: "",
      metrics_token: "",
      TRUSTED_PROXYS: "",
      REDIS_URI: "",
    });
    expect(near.map(({ meant }) => meant)).to.deep.equal([
      "DATABASE_URL",
      "JWT_SECRET",
      "PAYMENT_PROVIDER",
      "METRICS_TOKEN",
      "TRUSTED_PROXIES",
      "REDIS_URL",
    ]);
  });
});
