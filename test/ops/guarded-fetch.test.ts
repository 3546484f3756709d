import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import { createServer as createSecureServer } from "node:https";
import { type AddressInfo, createServer as createTcpServer, type LookupFunction } from "node:net";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { expect } from "chai";
import { GuardedFetch, GuardedFetchError } from "../../src/ops/guarded-fetch.ts";
import { problemOfUrl } from "../../src/ops/guarded-url.ts";
import { isPublicAddress } from "../../src/ops/public-address.ts";
import { selfSigned } from "../support/certificate.ts";

/** What is behind each of them must not be reachable by an address that a customer gives. */
const NOT_PUBLIC = {
  "127.0.0.1": "loopback",
  "127.8.9.1": "all of loopback",
  "0.0.0.0": "this host",
  "0.1.2.3": "this network",
  "10.0.0.1": "private",
  "172.16.0.1": "private",
  "172.31.255.255": "private",
  "192.168.1.1": "private",
  "169.254.169.254": "metadata of clouds",
  "100.64.0.1": "carrier-grade NAT",
  "100.100.100.200": "metadata of Alibaba Cloud",
  "168.63.129.16": "the host's answers in Azure",
  "192.0.0.192": "metadata of Oracle Cloud",
  "192.0.2.1": "documentation",
  "198.18.0.1": "benchmarks",
  "198.51.100.1": "documentation",
  "203.0.113.1": "documentation",
  "192.88.99.1": "6to4 relay",
  "224.0.0.1": "multicast",
  "239.255.255.255": "multicast",
  "240.0.0.1": "reserved",
  "255.255.255.255": "broadcast",
  "::": "unspecified",
  "::1": "loopback",
  "::ffff:127.0.0.1": "mapped loopback",
  "::ffff:8.8.8.8": "mapped at all",
  "::127.0.0.1": "compatible, as it once was",
  "64:ff9b::7f00:1": "NAT64 of loopback",
  "64:ff9b:1::a00:1": "local NAT64",
  "2002:7f00:1::": "6to4 of loopback",
  "2001:0:7f00:1::": "Teredo",
  "fc00::1": "unique local",
  "fd00:ec2::254": "metadata of AWS",
  "fe80::1": "link-local",
  "fe80::1%eth0": "link-local with a zone",
  "fec0::1": "site-local",
  "ff02::1": "multicast",
  "100::1": "discarded",
  "2001:db8::1": "documentation",
  "3fff::1": "documentation",
  "5f00::1": "segment routing",
  "4000::1": "given to nobody",
  nonsense: "no address",
} as const;

describe("addresses that customers give", () => {
  for (const [address, what] of Object.entries(NOT_PUBLIC)) {
    it(`takes ${address} (${what}) for not public`, () => {
      expect(isPublicAddress(address)).to.equal(false);
    });
  }

  it("takes what anybody may have for public", () => {
    for (const address of ["8.8.8.8", "93.184.216.34", "2606:4700::1111", "2a00:1450:4001::200e"])
      expect(isPublicAddress(address), address).to.equal(true);
  });

  it("refuses what is no plain https address, saying why", () => {
    const refused = {
      "no url": "absolute URL",
      "/hooks": "absolute URL",
      "http://example.com/": "https://",
      "ftp://example.com/": "https://",
      "file:///etc/passwd": "https://",
      "https://user@example.com/": "user name",
      "https://:secret@example.com/": "user name",
      "https://example.com/#part": "fragment",
      "https://example.com:22/": "port",
      "https://example.com:80/": "port",
      [`https://example.com/${"x".repeat(2_048)}`]: "characters long",
    };
    for (const [url, why] of Object.entries(refused))
      expect(problemOfUrl(url, { allowPrivate: false }), url).to.include(why);
    for (const url of ["https://example.com/hooks?a=1", "https://example.com:8443/", "https://8.8.8.8/"])
      expect(problemOfUrl(url, { allowPrivate: false }), url).to.equal(null);
  });

  it("sees through every spelling of an address", () => {
    const spellings = [
      "127.0.0.1",
      "127.1",
      "2130706433",
      "0x7f000001",
      "0177.0.0.1",
      "127.0.0.1.",
      "%31%32%37.0.0.1",
      "１２７.0.0.1",
      "[::1]",
      "[::ffff:7f00:1]",
      "[::ffff:127.0.0.1]",
      "[0:0:0:0:0:0:0:1]",
      "169.254.169.254",
      "0xa9fea9fe",
      "[64:ff9b::a9fe:a9fe]",
      "0",
    ];
    for (const host of spellings)
      expect(problemOfUrl(`https://${host}/`, { allowPrivate: false }), host).to.include("private");
  });

  it("asks where a name leads before it takes it", async () => {
    const guard = new GuardedFetch({ allowPrivate: false });
    expect(await guard.problemOfUrl("https://localhost/hooks")).to.include("private");
    const mixed = new GuardedFetch({ allowPrivate: false, lookup: leadingTo("8.8.8.8", "10.0.0.7") });
    expect(await mixed.problemOfUrl("https://tricky.example/"), "one of two is private").to.include(
      "private",
    );
    const fine = new GuardedFetch({ allowPrivate: false, lookup: leadingTo("8.8.8.8") });
    expect(await fine.problemOfUrl("https://fine.example/")).to.equal(null);
    const nowhere: LookupFunction = (_, __, callback) =>
      callback(Object.assign(new Error("no such name"), { code: "ENOTFOUND" }), []);
    const missing = new GuardedFetch({ allowPrivate: false, lookup: nowhere });
    expect(await missing.problemOfUrl("https://missing.example/")).to.include("has no address");
  });
});

describe("requests to addresses that customers give", () => {
  const servers: { close(): unknown }[] = [];
  const open = new GuardedFetch({ allowPrivate: true });
  after(() => {
    open.close();
    for (const server of servers) server.close();
  });

  async function serve(listener: RequestListener): Promise<string> {
    const server: Server = createServer(listener).listen(0, "127.0.0.1");
    servers.push({ close: () => server.closeAllConnections() ?? server.close() });
    await once(server, "listening");
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  it("are checked when they connect: a name that leads elsewhere by then reaches nobody", async () => {
    const reached: string[] = [];
    const trap = createTcpServer((socket) => {
      reached.push("somebody");
      socket.destroy();
    }).listen(0, "127.0.0.1");
    servers.push(trap);
    await once(trap, "listening");
    const { port } = trap.address() as AddressInfo;
    let asked = 0;
    const rebinding: LookupFunction = (hostname, options, callback) => {
      asked += 1;
      leadingTo(asked === 1 ? "8.8.8.8" : "127.0.0.1")(hostname, options, callback);
    };
    const guard = new GuardedFetch({ allowPrivate: false, lookup: rebinding });
    const url = `https://rebinding.example:${port}/`;
    expect(await guard.problemOfUrl(url), "at first it is somebody's").to.equal(null);
    const error = await failureOf(guard.send(request(url)));
    expect(error.kind).to.equal("refused");
    expect(asked).to.equal(2);
    expect(reached).to.deep.equal([]);
  });

  it("are not made where the address itself is refused", async () => {
    const guard = new GuardedFetch({ allowPrivate: false });
    const url = await serve((_, response) => response.end());
    for (const refused of [url, url.replace("http:", "https:"), "https://[::1]/"])
      expect((await failureOf(guard.send(request(refused)))).kind, refused).to.equal("refused");
    guard.close();
  });

  it("bring back status, headers and the body's beginning", async () => {
    const seen: string[] = [];
    const url = await serve(async (incoming, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of incoming) chunks.push(chunk);
      seen.push(`${incoming.method} ${incoming.headers["x-test"]} ${Buffer.concat(chunks)}`);
      response.writeHead(503, { "retry-after": "7" }).end("y".repeat(5_000_000));
    });
    const reply = await open.send({ ...request(url), headers: { "x-test": "1" }, body: "hello" });
    expect(reply.status).to.equal(503);
    expect(reply.headers["retry-after"]).to.equal("7");
    expect(reply.body).to.have.length(4_096);
    expect(seen).to.deep.equal(["POST 1 hello"]);
  });

  it("follow no redirect", async () => {
    let followed = 0;
    const target = await serve((_, response) => {
      followed += 1;
      response.end();
    });
    const url = await serve((_, response) => response.writeHead(307, { location: target }).end());
    expect((await open.send(request(url))).status).to.equal(307);
    expect(followed).to.equal(0);
  });

  it("end in time, whether nothing comes or too little of it", async () => {
    const silent = await serve(() => undefined);
    const dripping = await serve((_, response) => {
      response.writeHead(200);
      const drip = setInterval(() => response.write("."), 20);
      response.on("close", () => clearInterval(drip));
    });
    for (const url of [silent, dripping]) {
      const started = performance.now();
      const error = await failureOf(open.send({ ...request(url), timeoutMs: 200 }));
      expect(error.kind).to.equal("timeout");
      expect(performance.now() - started).to.be.within(150, 2_000);
    }
  });

  it("tell of a connection that breaks off", async () => {
    const url = await serve((incoming) => incoming.socket.destroy());
    expect((await failureOf(open.send(request(url)))).kind).to.equal("network");
    const none = "http://127.0.0.1:1/";
    expect((await failureOf(open.send(request(none)))).kind).to.equal("network");
  });

  it("go by TLS to whoever proves who they are, and to nobody else", async () => {
    const { key, cert } = selfSigned("localhost");
    let asked = 0;
    const server = createSecureServer({ key, cert }, (_, response) => {
      asked += 1;
      response.end("safe");
    }).listen(0, "127.0.0.1");
    servers.push({ close: () => server.closeAllConnections() ?? server.close() });
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const url = `https://localhost:${port}/`;
    const error = await failureOf(open.send(request(url)));
    expect([error.kind, error.message]).to.deep.equal(["network", "DEPTH_ZERO_SELF_SIGNED_CERT"]);
    expect(asked).to.equal(0);
    const usual = getCACertificates("default");
    setDefaultCACertificates([...usual, cert]);
    try {
      expect(await open.send(request(url))).to.include({ status: 200, body: "safe" });
      const other = await failureOf(open.send(request(`https://127.0.0.1:${port}/`)));
      expect(other.message, "the certificate is of another name").to.equal("ERR_TLS_CERT_ALTNAME_INVALID");
    } finally {
      setDefaultCACertificates(usual);
    }
  });

  it("can be given up", async () => {
    const url = await serve(() => undefined);
    const abort = new AbortController();
    const sent = open.send({ ...request(url), signal: abort.signal });
    setTimeout(() => abort.abort(), 50);
    expect((await failureOf(sent)).kind).to.equal("aborted");
  });
});

function request(url: string) {
  return { url, method: "POST" as const, headers: {}, body: "", timeoutMs: 5_000 };
}

function leadingTo(...addresses: string[]): LookupFunction {
  return (_, options, callback) => {
    const found = addresses.map((address) => ({ address, family: 4 }));
    process.nextTick(() =>
      options.all ? callback(null, found) : callback(null, found[0]?.address ?? "", 4),
    );
  };
}

async function failureOf(sent: Promise<unknown>): Promise<GuardedFetchError> {
  const error = await sent.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof GuardedFetchError)) throw new Error(`no failure of the guard's: ${error}`);
  return error;
}
