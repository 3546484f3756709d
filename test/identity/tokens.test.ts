import { createHmac, createSecretKey, generateKeyPairSync } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect } from "chai";
import { SignJWT } from "jose";
import { newRefreshToken, readRefreshToken } from "../../src/identity/refresh-tokens.ts";
import { createResetTokens } from "../../src/identity/reset-tokens.ts";
import { createAccessTokens } from "../../src/identity/tokens.ts";

const SECRET = "a secret that is long enough for a test";
const USER = "01900000-0000-7000-8000-000000000001";
const SESSION = "01900000-0000-7000-8000-0000000000a1";
const owner = { userId: USER, sessionId: SESSION, email: "ada@example.com", role: "user" } as const;

const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
const inSeconds = (s: number) => Math.floor(Date.now() / 1_000) + s;

function signed(header: object, claims: object, secret = SECRET): string {
  const body = `${part(header)}.${part(claims)}`;
  return `${body}.${createHmac("sha256", secret).update(body).digest("base64url")}`;
}

describe("access tokens", () => {
  const good = { iss: "evently", aud: "evently-api", sub: USER, sid: SESSION, exp: inSeconds(86_400) };
  const hs256 = { alg: "HS256", typ: "JWT" };
  const tokens = createAccessTokens({ secret: SECRET, ttlS: 3_600 });
  const verify = async (token: string) => (await tokens).verify(token);

  it("carry who, which session, and when they end", async () => {
    const token = await (await tokens).issue(owner);
    const claims = JSON.parse(Buffer.from(token.split(".")[1] as string, "base64url").toString());
    expect(claims).to.include({
      sub: USER,
      sid: SESSION,
      userId: USER,
      email: "ada@example.com",
      role: "user",
    });
    expect(claims.exp - claims.iat).to.equal(3_600);
    expect(await verify(token)).to.deep.equal({
      userId: USER,
      sessionId: SESSION,
      expiresAtMs: claims.exp * 1_000,
    });
  });

  it("are accepted when made elsewhere with the same secret", async () => {
    expect(await verify(signed(hs256, good))).to.include({ userId: USER });
  });

  const refused: Record<string, string> = {
    "alg none": `${part({ alg: "none" })}.${part(good)}.`,
    "alg none in other letters": `${part({ alg: "nOnE" })}.${part(good)}.`,
    "no signature": `${part(hs256)}.${part(good)}.`,
    "another key": signed(hs256, good, "another secret of sufficient length"),
    "an empty key": signed(hs256, good, ""),
    "another audience": signed(hs256, { ...good, aud: "elsewhere" }),
    "another issuer": signed(hs256, { ...good, iss: "elsewhere" }),
    "no expiry": signed(hs256, { ...good, exp: undefined }),
    "no session": signed(hs256, { ...good, sid: undefined }),
    "a session that is no id": signed(hs256, { ...good, sid: "'; drop table session; --" }),
    "a session that is no text": signed(hs256, { ...good, sid: { toString: SESSION } }),
    "not valid yet": signed(hs256, { ...good, nbf: inSeconds(86_400) }),
    "a key of the sender's choice in the header": signed(
      { ...hs256, jwk: { kty: "oct", k: "AAAA" } },
      good,
      "AAAA",
    ),
    "a kid that names a file": signed({ ...hs256, kid: "../../dev/null" }, good, ""),
    "an unknown critical header": signed({ ...hs256, crit: ["x"], x: 1 }, good),
    "a refresh token": newRefreshToken(SESSION).token,
    nothing: "",
    "no token at all": "a.b.c",
    "a forged expired one": signed(
      hs256,
      { ...good, exp: inSeconds(-60) },
      "another secret of sufficient length",
    ),
  };
  for (const [what, token] of Object.entries(refused)) {
    it(`refuse ${what}`, async () => expect(await verify(token)).to.equal("TokenInvalid"));
  }

  it("refuse a key that the header says where to fetch, and fetch nothing", async () => {
    let fetched = 0;
    const attacker = generateKeyPairSync("rsa", { modulusLength: 2_048 });
    const server = createServer((_request, response) => {
      fetched += 1;
      const jwk = attacker.publicKey.export({ format: "jwk" });
      response.end(JSON.stringify({ keys: [{ ...jwk, kid: "1", alg: "RS256" }] }));
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/keys.json`;
    for (const header of [{ jku: url }, { x5u: url }, { kid: url }]) {
      const token = await new SignJWT(good)
        .setProtectedHeader({ alg: "RS256", kid: "1", ...header })
        .sign(attacker.privateKey);
      expect(await verify(token)).to.equal("TokenInvalid");
      expect(
        await verify(signed({ ...hs256, ...header }, good, "another secret of sufficient length")),
      ).to.equal("TokenInvalid");
    }
    server.close();
    expect(fetched).to.equal(0);
  });

  it("refuse the public half of a key pair used as the secret", async () => {
    const { publicKey } = generateKeyPairSync("rsa", { modulusLength: 2_048 });
    const pem = publicKey.export({ type: "spki", format: "pem" }) as string;
    expect(await verify(signed(hs256, good, pem))).to.equal("TokenInvalid");
  });

  it("refuse a stronger algorithm with the right key: only HS256 is spoken", async () => {
    const key = createSecretKey(Buffer.from(SECRET.repeat(2)));
    const token = await new SignJWT(good).setProtectedHeader({ alg: "HS512" }).sign(key);
    expect(await verify(token)).to.equal("TokenInvalid");
  });

  it("tell an expired one apart", async () => {
    expect(await verify(signed(hs256, { ...good, exp: inSeconds(-1) }))).to.equal("TokenExpired");
  });

  it("need a secret of 32 bytes", async () => {
    const error = await createAccessTokens({ secret: "short", ttlS: 60 }).catch((thrown: Error) => thrown);
    expect(error).to.be.instanceOf(Error);
  });
});

describe("tokens of password resets", () => {
  const reset = "01900000-0000-7000-8000-0000000000f1";
  const { tokenOf, read } = createResetTokens(SECRET);

  it("name their reset, are the same in every process, and say nothing to who has another secret", () => {
    expect(read(tokenOf(reset))).to.equal(reset);
    expect(createResetTokens(SECRET).tokenOf(reset)).to.equal(tokenOf(reset));
    expect(createResetTokens(`${SECRET}x`).read(tokenOf(reset))).to.equal(null);
  });

  it("are good for nothing else, nor is anything else for them", async () => {
    const access = await createAccessTokens({ secret: SECRET, ttlS: 3_600 });
    expect(await access.verify(tokenOf(reset))).to.equal("TokenInvalid");
    expect(readRefreshToken(tokenOf(reset))).to.deep.include({ sessionId: reset });
    for (const text of [await access.issue(owner), newRefreshToken(reset).token, "", reset, `${reset}.`]) {
      expect(read(text)).to.equal(null);
    }
    const mac = createHmac("sha256", SECRET).update(reset).digest("base64url");
    expect(read(`${reset}.${mac}`)).to.equal(null);
  });
});

describe("refresh tokens", () => {
  it("name their session; what is stored does not reveal them", () => {
    const { token, digest } = newRefreshToken(SESSION);
    expect(readRefreshToken(token)).to.deep.equal({ sessionId: SESSION, digest });
    expect(token).not.to.contain(digest.toString("base64url"));
    expect(newRefreshToken(SESSION).token).not.to.equal(token);
  });

  it("have one form", () => {
    for (const text of [
      "",
      "x",
      `${SESSION}.`,
      `${SESSION}.${"A".repeat(44)}`,
      `x${newRefreshToken(SESSION).token}`,
    ]) {
      expect(readRefreshToken(text)).to.equal(null);
    }
  });
});
