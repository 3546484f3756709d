import { createPrivateKey, generateKeyPairSync } from "node:crypto";
import { expect } from "chai";
import { loadConfig } from "../../src/ops/config.ts";
import { encodeTicket, readCode } from "../../src/tickets/code.ts";
import { KeyRing } from "../../src/tickets/key-ring.ts";
import { jwkOf, keysOfJwks, newKeyText, type SigningKey, signingKeyOf } from "../../src/tickets/keys.ts";
import { anyKey, CLAIM, keyOfTheRfc } from "./claims.ts";

describe("ticket keys", () => {
  it("are read as PKCS #8, in PEM with or without its line breaks, or as its base64", () => {
    const text = newKeyText();
    const { id } = signingKeyOf(text);
    const pem = createPrivateKey({ key: Buffer.from(text, "base64"), format: "der", type: "pkcs8" })
      .export({ format: "pem", type: "pkcs8" })
      .toString();
    for (const form of [pem, pem.replaceAll("\n", "\\n"), pem.replaceAll("\n", " "), ` ${text}\n`]) {
      expect(signingKeyOf(form).id, form).to.equal(id);
    }
  });

  it("are called after their thumbprint, that of RFC 8037 appendix A.3", () => {
    const whole = Buffer.from("kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k", "base64url");
    expect(keyOfTheRfc().id).to.equal(whole.toString("hex", 0, 4));
  });

  it("are refused where they are of another kind, without being repeated", () => {
    const rsa = generateKeyPairSync("rsa", { modulusLength: 2_048 }).privateKey;
    const { publicKey } = generateKeyPairSync("ed25519");
    const forms = [
      "",
      "none",
      newKeyText().slice(0, -6),
      rsa.export({ format: "pem", type: "pkcs8" }).toString(),
      publicKey.export({ format: "pem", type: "spki" }).toString(),
    ];
    for (const form of forms) {
      expect(() => signingKeyOf(form), form).to.throw(/^a ticket key is/);
      if (form === "") continue;
      expect(() => loadConfig({ TICKET_SIGNING_KEY: form })).to.throw(
        /TICKET_SIGNING_KEY: Ed25519 private keys/,
      );
    }
  });

  it("are handed out without their private half, and are enough to verify", () => {
    const key = anyKey();
    const set = JSON.parse(JSON.stringify({ keys: [jwkOf(key)] }));
    expect(set.keys[0]).to.have.all.keys("kty", "crv", "x", "kid", "use", "alg");
    expect(readCode(encodeTicket(CLAIM, key), keysOfJwks(set)).type).to.equal("signed");
  });

  it("are found among others in a set, by what they are and not by what they are called", () => {
    const key = anyKey();
    const rsa = { kty: "RSA", n: "AQAB", e: "AQAB", kid: key.id };
    const known = keysOfJwks({ keys: [rsa, null, { ...jwkOf(key), kid: "any" }] });
    expect([...known.keys()]).to.deep.equal([key.id]);
    for (const wrong of [null, [], "keys", {}, { keys: {} }]) {
      expect(() => keysOfJwks(wrong)).to.throw(/no JWK set/);
    }
  });
});

describe("the keys that a process knows", () => {
  function ring() {
    const clock = { now: 1_000_000 };
    const stored: { keys: SigningKey[]; loads: number; isAway: boolean } = {
      keys: [anyKey()],
      loads: 0,
      isAway: false,
    };
    const load = async () => {
      stored.loads += 1;
      if (stored.isAway) throw new Error("away");
      return [...stored.keys];
    };
    return { clock, stored, keys: new KeyRing(load, () => clock.now) };
  }

  it("sign with the newest and verify with all, read again within a minute", async () => {
    const { clock, stored, keys } = ring();
    const [first] = stored.keys as [SigningKey];
    expect(await keys.signer()).to.equal(first);
    const second = anyKey();
    stored.keys.unshift(second);
    expect(await keys.signer()).to.equal(first);
    clock.now += 60_000;
    expect(await keys.signer()).to.equal(second);
    expect(await keys.all()).to.deep.equal([second, first]);
    expect(stored.loads).to.equal(2);
  });

  it("are read again at once for a code of a key nobody knows, but once a second for all of those", async () => {
    const { clock, stored, keys } = ring();
    await keys.signer();
    const second = anyKey();
    stored.keys.unshift(second);
    clock.now += 1_000;
    expect((await keys.forCode(second.id)).has(second.id)).to.equal(true);
    expect(stored.loads).to.equal(2);
    for (let at = 0; at < 100; at += 1) expect((await keys.forCode("00000000")).size).to.equal(2);
    expect(stored.loads).to.equal(2);
    clock.now += 1_000;
    await Promise.all(Array.from({ length: 100 }, () => keys.forCode("00000000")));
    expect(stored.loads, "all of them ask once").to.equal(3);
  });

  it("stay known while the database is away, and forget what was withdrawn", async () => {
    const { clock, stored, keys } = ring();
    const [first] = stored.keys as [SigningKey];
    stored.isAway = true;
    const failed = await keys.signer().catch((error: Error) => error.message);
    expect(failed, "nothing is known yet").to.equal("away");
    stored.isAway = false;
    await keys.signer();
    stored.isAway = true;
    clock.now += 60_000;
    expect(await keys.signer()).to.equal(first);
    stored.isAway = false;
    stored.keys = [anyKey()];
    clock.now += 60_000;
    expect((await keys.forCode(first.id)).has(first.id)).to.equal(false);
  });
});
