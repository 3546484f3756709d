import { expect } from "chai";
import { createResetTokens } from "../../src/identity/reset-tokens.ts";
import { ADMIN } from "../support/system.ts";
import { JWT_SECRET, METRICS_TOKEN, sharedSystem } from "./shared-system.ts";

describe("logs", () => {
  const system = sharedSystem();
  const printed = () =>
    [system().api, system().worker, system().effects].map(({ output }) => output.join("")).join("");

  it("hold no password and no token, even at their most talkative", async () => {
    const { client } = system();
    const password = "a-very-secret-password-41";
    const next = "another-secret-password-42";
    const last = "a-third-secret-password-43";
    const email = `secretive-${Date.now()}@example.com`;
    const registered = await client.post("/auth/register", { email, name: "Secretive", password });
    const login = await client.post("/auth/login", { email, password });
    await client.post("/auth/login", { email, password: `${password}-wrong` });
    await client.post("/auth/login", { email, password, extra: password });
    await client.post("/auth/login", `{"email":"${email}","password":"${password}"`);
    const refreshed = await client.post("/auth/refresh", { refresh_token: login.body.data.refresh_token });
    const { token } = refreshed.body.data;
    await client.post("/auth/change-password", { currentPassword: password, newPassword: next }, { token });
    await client.get(`/events?token=${token}&password=${password}`, { token });
    await client.get("/bookings", { headers: { authorization: `Bearer ${token}x` } });
    await client.post("/auth/logout", {}, { token });
    await client.post("/auth/forgot-password", { email });
    const asked = await system().pool.query("select id from password_reset order by asked_at desc limit 1");
    const resetToken = createResetTokens(JWT_SECRET).tokenOf(asked.rows[0].id);
    const reset = await client.post("/auth/reset-password", { token: resetToken, new_password: last });
    expect(reset.status).to.equal(200);
    await client.post("/auth/reset-password", { token: resetToken, new_password: last });
    const secrets = [
      password,
      next,
      last,
      // Not the reset's token: outside production the log carries what no mail server is there to carry.
      ADMIN.password,
      METRICS_TOKEN,
      "a-signing-secret-of-the-http-tests",
    ];
    for (const { body } of [registered, login, refreshed]) {
      expect(body.success).to.equal(true);
      secrets.push(body.data.token, body.data.refresh_token, body.data.token.split(".")[2]);
    }
    const text = printed();
    expect(text).to.contain("/api/v1/auth/login");
    for (const secret of secrets) expect(text.includes(secret), secret).to.equal(false);
    expect(text).not.to.contain("argon2");
  });

  it("have a line for every request, under its id, without its query", async () => {
    const { client, api } = system();
    await client.get("/events?search=something-private", {
      headers: { "x-request-id": "find-me-in-the-log" },
    });
    const lines = () =>
      api.output
        .join("")
        .split("\n")
        .filter((line) => line.includes("find-me-in-the-log"));
    while (lines().length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    const line = JSON.parse(lines()[0] ?? "");
    expect(line).to.include({ role: "api", method: "GET", path: "/api/v1/events", status: 200 });
    expect(line.request_id).to.equal("find-me-in-the-log");
    expect(line.ms).to.be.a("number");
    expect(api.output.join("")).not.to.contain("something-private");
  });

  it("are JSON, a line each, and so far tell of no error", () => {
    for (const line of printed()
      .split("\n")
      .filter((text) => text !== "")) {
      const { level, msg } = JSON.parse(line);
      expect(msg, line).to.be.a("string");
      expect(level, line).to.be.below(50);
    }
  });
});
