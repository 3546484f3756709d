import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { expect } from "chai";
import { ConfigError, loadConfig } from "../../src/ops/config.ts";
import { Program } from "../support/processes.ts";

const PROJECT = join(import.meta.dirname, "../..");
/** Nobody listens there: what gets as far as its database says so, and ends. */
const DATABASE_URL = "postgres://nobody@127.0.0.1:1/none";
const PRODUCTION = {
  NODE_ENV: "production",
  PAYMENT_PROVIDER: "test",
  HOST: "127.0.0.1",
  DATABASE_URL,
  LOG_LEVEL: "silent",
};
const ROLES = ["src/server.ts", "workers/booking.ts", "workers/effects.ts", "src/migrate.ts"];
const random = () => randomBytes(36).toString("base64");

/** As documents, templates and people in a hurry have them. */
const DEFAULTS = [
  "your-secret",
  "your_secret_key",
  "secret",
  "changeme",
  "change-me-change-me-change-me-change-me",
  "your-super-secret-jwt-key-change-in-production",
  "this-is-a-placeholder-of-enough-letters",
  "my-default-signing-key-of-40-characters!",
  "a".repeat(64),
  "secretsecretsecretsecretsecretsecret",
  "0123456701234567012345670123456701234567",
  "passwordpassword1passwordpassword1234",
];

/** What the configuration says is wrong; empty where it is taken. */
function problemsOf(env: Readonly<Record<string, string>>): string {
  try {
    loadConfig({ ...PRODUCTION, ...env });
    return "";
  } catch (error) {
    expect(error).to.be.instanceOf(ConfigError);
    return (error as Error).message;
  }
}

describe("an installation in production", () => {
  it("does not take a secret that stands in an example, or that is none, nor repeat it", () => {
    for (const name of [
      "JWT_SECRET",
      "ADMIN_CREATION_TOKEN",
      "METRICS_TOKEN",
      "TRUSTED_GATEWAY_SECRET",
    ] as const) {
      for (const secret of DEFAULTS) {
        const said = problemsOf({ [name]: secret });
        expect(said, `${name}=${secret}`).to.match(new RegExp(`^ {2}- ${name}: `, "m"));
        expect(said).not.to.contain(secret.length > 10 ? secret : `"${secret}"`);
      }
      expect(problemsOf({ [name]: random() }), name).to.equal("");
    }
  });

  it("takes random secrets of every usual form", () => {
    for (let round = 0; round < 500; round += 1)
      for (const form of ["base64", "base64url", "hex"] as const)
        expect(problemsOf({ JWT_SECRET: randomBytes(32).toString(form) })).to.equal("");
  });

  it("says whether it takes money, and reaches nothing private for customers", () => {
    const { PAYMENT_PROVIDER: _, ...undecided } = PRODUCTION;
    expect(() => loadConfig(undecided)).to.throw(ConfigError, "play money");
    expect(problemsOf({ WEBHOOK_ALLOW_PRIVATE: "true" })).to.contain("WEBHOOK_ALLOW_PRIVATE");
    expect(problemsOf({ PAYMENT_PROVIDER: "stripe" })).to.contain("STRIPE_SECRET_KEY");
    expect(problemsOf({})).to.equal("");
  });

  for (const role of ROLES) {
    it(`does not start ${role} with a default secret`, async () => {
      const secret = "your-super-secret-jwt-key-change-in-production";
      const start = (env: Record<string, string>) =>
        new Program([process.execPath, join(PROJECT, role)], {
          env: { ...PRODUCTION, ...env },
          cwd: PROJECT,
        });
      const refused = start({ JWT_SECRET: secret });
      expect(await refused.ended).to.equal(1);
      expect(refused.printed).to.contain("- JWT_SECRET: ").and.not.to.contain(secret);
      // With a good one it comes as far as its database.
      const started = start({ JWT_SECRET: random() });
      expect(await started.ended).not.to.equal(0);
      expect(started.printed).not.to.contain("JWT_SECRET");
    });
  }

  it("does not start as npm start with one either", async () => {
    const main = (env: Record<string, string>) =>
      new Program([process.execPath, join(PROJECT, "src/main.ts")], { env: { ...PRODUCTION, ...env } });
    const secret = "change-me-change-me-change-me-change-me";
    const refused = main({ JWT_SECRET: secret });
    expect(await refused.ended).to.equal(1);
    expect(refused.printed).to.contain("- JWT_SECRET: ").and.not.to.contain(secret);
  });
});
