import { spawn } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { expect } from "chai";
import { encodeTicket } from "../../src/tickets/code.ts";
import { jwkOf } from "../../src/tickets/keys.ts";
import { makeFolder, removeFolder } from "../support/folders.ts";
import { anyKey, CLAIM } from "./claims.ts";

const ROOT = join(import.meta.dirname, "../..");

/** Runs the command as somebody at a door would: without a configuration, a database or a server. */
async function verify(given: readonly string[], input = "") {
  const script = join(ROOT, "src/verify-tickets.ts");
  const child = spawn(process.execPath, [script, ...given], { env: { PATH: process.env.PATH } });
  const printed = { out: "", complaints: "" };
  child.stdout.on("data", (chunk) => {
    printed.out += chunk;
  });
  child.stderr.on("data", (chunk) => {
    printed.complaints += chunk;
  });
  child.stdin.end(input);
  const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
  return { code, ...printed, lines: printed.out.trimEnd().split("\n") };
}

describe("tickets:verify", () => {
  const key = anyKey();
  const set = JSON.stringify({ keys: [jwkOf(key)] });
  const code = encodeTicket(CLAIM, key);
  const forged = `${code.slice(0, -6)}AAAAAA`;
  const folder = makeFolder();
  const keys = join(folder, "keys.json");

  before(() => writeFile(keys, set));
  after(() => removeFolder(folder));

  it("needs a file of public keys only, and says what a ticket is for", async () => {
    const { code: exit, lines } = await verify(["--keys", keys, code]);
    expect(exit).to.equal(0);
    const { eventId, bookingId } = CLAIM;
    expect(lines).to.deep.equal([
      `valid     event ${eventId}  booking ${bookingId}  ticket 12  issue 2  "Stalls, row A, seat 12"  key ${key.id}`,
    ]);
  });

  it("fails where one of several is not signed, and says of each why", async () => {
    const stranger = anyKey();
    const codes = [code, forged, encodeTicket(CLAIM, stranger), "https://example.com"];
    const { code: exit, lines } = await verify([...codes, "--keys", keys]);
    expect(exit).to.equal(1);
    expect(lines.slice(1)).to.deep.equal([
      `invalid   the signature is not that of key ${key.id}`,
      `invalid   signed with key ${stranger.id}, which is not among those given`,
      "invalid   this is no ticket code",
    ]);
  });

  it("reads codes from its input, a line each, and keys from where the API has them", async () => {
    const server = createServer((_, response) => response.end(set)).listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v1/tickets/keys`;
    const { code: exit, lines } = await verify(["--keys", url], `${code}\r\n\n${code}\n`);
    server.close();
    expect(exit).to.equal(0);
    expect(lines).to.have.length(2);
  });

  it("prints nothing that a terminal would obey", async () => {
    const place = "\u001b[2J\u009bA\u202e\nvalid";
    const { out } = await verify(["--keys", keys, encodeTicket({ ...CLAIM, place }, key)]);
    expect(out.trimEnd()).not.to.match(/[\p{Cc}\p{Cf}]/u);
  });

  it("exits with 2 where it cannot look", async () => {
    await writeFile(`${keys}.empty`, '{"keys":[]}');
    await writeFile(`${keys}.wrong`, "no JSON");
    for (const given of [[], [code], ["--keys"], ["--keys", keys, "--other"]]) {
      const { code: exit, complaints } = await verify(given);
      expect(exit, given.join(" ")).to.equal(2);
      expect(complaints).to.match(/^usage:/);
    }
    for (const file of [`${keys}.none`, `${keys}.empty`, `${keys}.wrong`, "http://127.0.0.1:1/keys"]) {
      const { code: exit, complaints } = await verify(["--keys", file, code]);
      expect(exit, file).to.equal(2);
      expect(complaints).to.match(/^the keys cannot be read/);
    }
  });
});
