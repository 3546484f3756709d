import type { IncomingMessage } from "node:http";
import { expect } from "chai";
import { createClientAddress, isAddressRange, networkOf } from "../../src/ops/client-address.ts";

const request = (peer: string | undefined, forwarded?: string) =>
  ({
    socket: { remoteAddress: peer },
    headers: forwarded === undefined ? {} : { "x-forwarded-for": forwarded },
  }) as unknown as IncomingMessage;

describe("the address of a client", () => {
  const CASES: readonly [string, readonly string[], string | undefined, string | undefined, string][] = [
    ["is the peer's, without proxies", [], "192.0.2.7", undefined, "192.0.2.7"],
    ["ignores the header where nobody is trusted", [], "192.0.2.7", "198.51.100.1", "192.0.2.7"],
    ["ignores it from a peer who is not", ["10.0.0.0/8"], "192.0.2.7", "198.51.100.1", "192.0.2.7"],
    ["is what a trusted peer names", ["10.0.0.0/8"], "10.1.2.3", "198.51.100.1", "198.51.100.1"],
    ["is the peer's where it names nobody", ["10.0.0.0/8"], "10.1.2.3", undefined, "10.1.2.3"],
    [
      "is the last one before our own proxies",
      ["10.0.0.0/8"],
      "10.1.2.3",
      "203.0.113.66, 198.51.100.1, 10.9.9.9",
      "198.51.100.1",
    ],
    [
      "is not what a client wrote itself, though it looks like ours",
      ["10.0.0.0/8"],
      "10.1.2.3",
      "10.0.0.1, 198.51.100.1",
      "198.51.100.1",
    ],
    ["is the first of all where all are ours", ["10.0.0.0/8"], "10.1.2.3", "10.0.0.1, 10.0.0.2", "10.0.0.1"],
    ["stops at what is no address", ["10.0.0.0/8"], "10.1.2.3", "198.51.100.1, unknown", "10.1.2.3"],
    ["stops at 127.1, which is no address", ["10.0.0.0/8"], "10.1.2.3", "127.1", "10.1.2.3"],
    ["stops at an empty hop", ["10.0.0.0/8"], "10.1.2.3", "198.51.100.1, ,", "10.1.2.3"],
    ["drops a port", ["10.0.0.0/8"], "10.1.2.3", "198.51.100.1:4711", "198.51.100.1"],
    ["drops a port of IPv6", ["10.0.0.0/8"], "10.1.2.3", "[2001:DB8::1]:4711", "2001:db8::1"],
    ["shows mapped IPv4 as IPv4", [], "::ffff:192.0.2.7", undefined, "192.0.2.7"],
    ["trusts mapped IPv4 as IPv4", ["10.0.0.0/8"], "::ffff:10.1.2.3", "::ffff:192.0.2.7", "192.0.2.7"],
    ["takes a mapped range", ["::ffff:10.0.0.0/104"], "10.1.2.3", "192.0.2.7", "192.0.2.7"],
    ["trusts an IPv6 proxy", ["2001:db8::/32"], "2001:db8::1", "192.0.2.7", "192.0.2.7"],
    ["does not hold IPv6 against IPv4", ["0.0.0.0/0"], "2001:db8::1", "192.0.2.7", "2001:db8::1"],
    ["takes a single address", ["127.0.0.1"], "127.0.0.1", "192.0.2.7", "192.0.2.7"],
    ["drops a zone", [], "fe80::1%eth0", undefined, "fe80::1"],
    ["of nobody is nobody's", ["10.0.0.0/8"], undefined, "192.0.2.7", "unknown"],
  ];
  for (const [title, trusted, peer, forwarded, wanted] of CASES) {
    it(title, () => {
      expect(createClientAddress(trusted)(request(peer, forwarded))).to.equal(wanted);
    });
  }

  it("looks at a bounded number of hops", () => {
    const forged = `192.0.2.7, ${Array.from({ length: 5_000 }, () => "10.0.0.1").join(", ")}`;
    expect(createClientAddress(["10.0.0.0/8"])(request("10.1.2.3", forged))).to.equal("10.0.0.1");
  });

  it("refuses what is no range", () => {
    const wrong = [
      "",
      "localhost",
      "10.0.0.0/33",
      "10.0.0.0/",
      "10.0.0.0/8/8",
      "10.1",
      "::/129",
      "*",
      "::ffff:10.0.0.0/8",
    ];
    for (const entry of wrong) {
      expect(isAddressRange(entry), entry).to.equal(false);
      expect(() => createClientAddress([entry]), entry).to.throw("is no IP address or range");
    }
    for (const entry of ["10.0.0.0/8", "::1", "2001:db8::/32", "::/0"]) {
      expect(isAddressRange(entry), entry).to.equal(true);
    }
  });
});

describe("whom an address is counted as", () => {
  it("is itself with IPv4, and its network of 64 bits with IPv6", () => {
    expect(networkOf("192.0.2.7")).to.equal("192.0.2.7");
    expect(networkOf("2001:db8:1:2:3:4:5:6")).to.equal("2001:db8:1:2::/64");
    expect(networkOf("2001:db8:1:2::1")).to.equal(networkOf("2001:db8:1:2:ffff::1"));
    expect(networkOf("2001:db8:1:3::1")).to.not.equal(networkOf("2001:db8:1:2::1"));
    expect(networkOf("unknown")).to.equal("unknown");
  });
});
