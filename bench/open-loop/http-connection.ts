import { connect, type Socket } from "node:net";

/** What the generator needs to know of an answer. */
export interface HttpAnswer {
  readonly status: number;
  readonly location: string | null;
  /** The error code in the body of anything but a 2xx. */
  readonly code: string | null;
}

const HEAD_END = Buffer.from("\r\n\r\n");

/**
 * One keep-alive connection, one request at a time, on a bare socket: a client library costs as much processor time as
 * the server that is measured. It understands what the servers here send, which is bodies with a Content-Length.
 */
export class HttpConnection {
  readonly #socket: Socket;
  #received: Buffer | null = null;
  #done: ((answer: HttpAnswer | null) => void) | null = null;
  #isGone = false;

  /** @param onGone called once when the connection is over, whoever ended it */
  constructor(port: number, onGone: (connection: HttpConnection) => void) {
    this.#socket = connect({ port, host: "127.0.0.1", noDelay: true });
    this.#socket.on("data", (chunk) => this.#take(chunk));
    this.#socket.on("error", () => {});
    this.#socket.on("close", () => {
      this.#isGone = true;
      onGone(this);
      this.#answer(null);
    });
  }

  get isGone(): boolean {
    return this.#isGone;
  }

  /**
   * Sends a request, its text complete with head and body.
   * @param done told the answer, or null where the connection ended without one
   */
  ask(request: string, done: (answer: HttpAnswer | null) => void): void {
    this.#done = done;
    this.#socket.write(request, "latin1");
  }

  close(): void {
    this.#done = null;
    this.#socket.destroy();
  }

  #take(chunk: Buffer): void {
    const bytes = this.#received === null ? chunk : Buffer.concat([this.#received, chunk]);
    const headBytes = bytes.indexOf(HEAD_END);
    const head = headBytes === -1 ? null : bytes.toString("latin1", 0, headBytes);
    const bodyBytes = head === null ? null : contentLength(head);
    if (bodyBytes === "unknown") {
      this.#socket.destroy();
      return;
    }
    const bodyAt = headBytes + HEAD_END.length;
    if (head === null || bodyBytes === null || bytes.length < bodyAt + bodyBytes) {
      this.#received = bytes;
      return;
    }
    this.#received = null;
    // The server is about to close: nothing may be sent on it any more.
    if (/\r\nconnection: close/i.test(head)) this.#isGone = true;
    this.#answer(answerOf(head, bytes, bodyAt));
  }

  #answer(answer: HttpAnswer | null): void {
    const done = this.#done;
    this.#done = null;
    done?.(answer);
  }
}

function contentLength(head: string): number | "unknown" {
  const length = /\r\ncontent-length: (\d+)/i.exec(head)?.[1];
  if (length !== undefined) return Number(length);
  return /^HTTP\/1\.1 [23]04/.test(head) ? 0 : "unknown";
}

function answerOf(head: string, bytes: Buffer, bodyAt: number): HttpAnswer {
  const status = Number(head.slice(9, 12));
  const isRefusal = status < 200 || status >= 300;
  return {
    status,
    location: isRefusal ? null : (/\r\nlocation: ([^\r]+)/i.exec(head)?.[1] ?? null),
    code: isRefusal ? (/"code":"([A-Z_]+)"/.exec(bytes.toString("latin1", bodyAt))?.[1] ?? null) : null,
  };
}
