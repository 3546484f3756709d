import { randomBytes } from "node:crypto";
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { expect } from "chai";
import { type RawOptions, sendBytes } from "./raw-request.ts";
import { sharedSystem } from "./shared-system.ts";
import { expectRefusal, leavesNothing } from "./unchanged.ts";

const FAST_MS = 2_000;
const BODY_BYTES_MAX = 65_536;
const INVALID = { status: 400, code: "VALIDATION_ERROR" };
const TOO_LARGE = { status: 413, code: "PAYLOAD_TOO_LARGE" };
const UNSUPPORTED = { status: 415, code: "UNSUPPORTED_MEDIA_TYPE" };

describe("a body that is none", () => {
  const system = sharedSystem();

  const send = (token: string, bytes: string | Buffer, options: RawOptions = {}) =>
    sendBytes(`${system().api.url}/api/v1${options.path ?? "/bookings"}`, token, bytes, options);

  it("is refused where it is no JSON, or JSON of another shape", async () => {
    const { token } = await system().person();
    const texts = [
      "{",
      "}",
      "{'a':1}",
      '{"a":1,}',
      "NaN",
      "undefined",
      "{}{}",
      "\u0000",
      "a=1&b=2",
      "﻿{",
      " ",
    ];
    const shapes = ["null", "[]", "5", '"text"', "true", "[{}]", "{}"];
    await leavesNothing(system(), async () => {
      for (const chunked of [false, true]) {
        for (const text of [...texts, ...shapes]) {
          const reply = await send(token, text, { chunked });
          expectRefusal(reply, INVALID, JSON.stringify(text));
          expect(reply.body.details).not.to.deep.equal({});
        }
      }
      for (const options of [{}, { chunked: true }, { type: null }, { type: "text/plain" }]) {
        expectRefusal(await send(token, "", options), { ...INVALID, field: "event_id" }, "empty");
      }
    });
  });

  it("is refused fast where it is too large, whatever it says of itself", async () => {
    const { token } = await system().person();
    const huge = Buffer.alloc(10 * 1_048_576, "[");
    const bomb = (compress: (bytes: Buffer) => Buffer) => compress(Buffer.alloc(50 * 1_048_576));
    const long = JSON.stringify({ event_id: "x".repeat(BODY_BYTES_MAX) });
    await leavesNothing(system(), async () => {
      for (const [about, sending] of [
        ["10 MB", () => send(token, huge)],
        ["10 MB without a length", () => send(token, huge, { chunked: true })],
        ["a byte too much", () => send(token, long)],
        ["gzip bomb", () => send(token, bomb(gzipSync), { encoding: "gzip" })],
        ["deflate bomb", () => send(token, bomb(deflateSync), { encoding: "deflate" })],
        ["brotli bomb", () => send(token, bomb(brotliCompressSync), { encoding: "br" })],
        ["login", () => send(token, huge, { path: "/auth/login" })],
      ] as const) {
        const reply = await sending();
        expectRefusal(reply, TOO_LARGE, about);
        expect(reply.body.error).to.contain(String(BODY_BYTES_MAX));
        if (!about.includes("bomb")) expect(reply.ms, about).to.be.below(FAST_MS);
      }
    });
  });

  it("is refused fast where it is deep or wide", async () => {
    const { token } = await system().person();
    const deep = (text: string, depth: number) => text.repeat(depth);
    const keys = Array.from({ length: 6_000 }, (_, at) => `"k${at}":1`).join(",");
    const half = Math.floor(BODY_BYTES_MAX / 2) - 20;
    await leavesNothing(system(), async () => {
      for (const [about, text, status] of [
        ["100,000 deep", deep("[", 100_000), 413],
        ["as deep as fits, open", deep("[", BODY_BYTES_MAX), 400],
        ["as deep as fits, closed", `${deep("[", half)}${deep("]", half)}`, 400],
        ["deep in a field", `{"quantity":${deep("[", half)}${deep("]", half)}}`, 400],
        ["deep objects", `${deep('{"a":', 10_000)}1${deep("}", 10_000)}`, 400],
        ["thousands of keys", `{${keys}}`, 400],
        ["a long number", `{"quantity":1${deep("0", 60_000)}}`, 400],
        ["escapes", `{"event_id":"${deep("\\u0041", 10_000)}"}`, 400],
      ] as const) {
        const reply = await send(token, text);
        expect(reply.status, about).to.equal(status);
        expectRefusal(reply, status === 413 ? TOO_LARGE : INVALID, about);
        expect(reply.ms, about).to.be.below(FAST_MS);
      }
    });
  });

  it("is refused where its type or encoding is not ours", async () => {
    const { token } = await system().person();
    const event = await system().event();
    const json = JSON.stringify({ event_id: event.id, quantity: 1 });
    await leavesNothing(system(), async () => {
      for (const type of [
        "text/plain",
        "text/html",
        "application/xml",
        "multipart/form-data; boundary=x",
        "json",
        "",
        null,
      ]) {
        expectRefusal(await send(token, json, { type }), UNSUPPORTED, String(type));
      }
      const form = "application/x-www-form-urlencoded";
      expectRefusal(await send(token, `event_id=${event.id}&quantity=1`, { type: form }), UNSUPPORTED, form);
      expectRefusal(await send(token, json, { encoding: "zstd" }), UNSUPPORTED, "zstd");
      expectRefusal(await send(token, json, { encoding: "gzip" }), INVALID, "not gzipped at all");
      expectRefusal(await send(token, randomBytes(500)), INVALID, "random bytes");
    });
    for (const type of [
      "application/json; charset=utf-8",
      "APPLICATION/JSON",
      "application/vnd.evently+json",
    ]) {
      expect((await send(token, json, { type })).status, type).to.equal(201);
    }
    expect((await send(token, gzipSync(json), { encoding: "gzip" })).status).to.equal(201);
    expect((await send(token, json, { chunked: true })).status).to.equal(201);
  });
});
