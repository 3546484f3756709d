import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { readHistory } from "../fault-runs/history/history-reader.ts";
import { HistoryWriter } from "../fault-runs/history/history-writer.ts";
import type { Book } from "../fault-runs/history/op.ts";
import { Requester } from "../fault-runs/workload/requester.ts";

const REQUEST_MS_MAX = 5_000;
/** Of a client that gives up soon; on a busy machine it may do so more than once. */
const SOON_MS = 150;
const WISH = {
  quantity: 1,
  tier: null,
  seats: null,
  bestAvailable: false,
  waitlistIfFull: false,
  isAsync: false,
};
const BOOK: Book = { type: "book", event: "e", user: "u", key: "k", ...WISH };

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

const says =
  (status: number, body: object): Answer =>
  (_, response) => {
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  };
const CONFIRMED = says(201, { data: { booking_id: "b", status: "confirmed" } });
const BUSY = says(503, { code: "OVERLOADED", error: "try again shortly" });
const HANGS: Answer = () => undefined;
const RESETS: Answer = (request) => request.socket.destroy();

describe("requests of a fault run's clients", () => {
  let folder: string;
  let server: Server;
  let history: HistoryWriter;
  let requester: Requester;
  let urls: string[];
  let answers: Answer[];
  let keys: (string | undefined)[];

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "evently-requester-"));
    history = new HistoryWriter(join(folder, "history.jsonl"));
    [answers, keys] = [[], []];
    server = createServer((request, response) => {
      keys.push(request.headers["idempotency-key"] as string | undefined);
      (answers.shift() ?? CONFIRMED)(request, response);
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    urls = [`http://127.0.0.1:${(server.address() as AddressInfo).port}`];
    requester = requesterWith(REQUEST_MS_MAX);
  });
  afterEach(async () => {
    await requester.close();
    history.close();
    server.closeAllConnections();
    server.close();
    rmSync(folder, { recursive: true });
  });

  function requesterWith(requestMsMax: number): Requester {
    const credentials = { tokenOf: () => "t", providerSecret: () => "" };
    return new Requester({ history, apis: () => urls, requestMsMax, credentials });
  }

  function written(): (string | null)[] {
    return readHistory(history.path).attempts.map(
      ({ done }) => `${done?.type} ${done?.status ?? done?.code}`,
    );
  }

  it("are sent again with the same key after a 503 and a reset, and each is written down", async () => {
    answers = [BUSY, RESETS];
    const { status, body } = await requester.pursue(0, BOOK, () => true);
    expect([status, body.booking]).to.deep.equal([201, "b"]);
    expect(keys).to.deep.equal(["k", "k", "k"]);
    const [busy, reset, done] = written();
    expect([busy, done]).to.deep.equal(["info 503", "ok 201"]);
    expect(reset).to.match(/^info (?:UND_ERR_SOCKET|ECONNRESET)$/);
  });

  it("are sent again where no answer comes in time", async () => {
    answers = [HANGS];
    const impatient = requesterWith(SOON_MS);
    expect((await impatient.pursue(0, BOOK, () => true)).status).to.equal(201);
    await impatient.close();
    expect(new Set(keys)).to.deep.equal(new Set(["k"]));
    expect(written()[0]).to.equal("info TIMEOUT");
    expect(written().at(-1)).to.equal("ok 201");
  });

  it("without a key are sent once, whatever comes of it", async () => {
    answers = [BUSY];
    expect((await requester.pursue(0, { ...BOOK, key: null }, () => true)).type).to.equal("info");
    expect(keys).to.deep.equal([undefined]);
  });

  it("end where a client gives up, and fail for sure where nobody is there to be asked", async () => {
    answers = [BUSY];
    expect((await requester.pursue(0, BOOK, () => false)).type).to.equal("info");
    urls = [];
    expect(await requester.send(0, BOOK)).to.include({ type: "fail", status: null });
    urls = ["http://127.0.0.1:1"];
    expect(await requester.send(0, BOOK)).to.include({ type: "fail", code: "ECONNREFUSED" });
    expect(written()).to.deep.equal(["info 503", "fail ECONNREFUSED", "fail ECONNREFUSED"]);
  });

  it("go on to another process as soon as there is one", async () => {
    const [there] = urls as [string];
    urls = ["http://127.0.0.1:1", there];
    expect((await requester.pursue(0, BOOK, () => true)).status).to.equal(201);
    expect((await requester.pursue(0, BOOK, () => true)).status).to.equal(201);
    expect(written().filter((one) => one === "ok 201")).to.have.length(2);
  });
});
