import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { eventually } from "./client.ts";

const TEXT_FRAME = 0x81;
const MASKED = 0x80;

/** A WebSocket written by hand, which does only what it is told: it answers no ping and no closing handshake. */
export class RawSocket {
  readonly tcp: Socket;
  isClosed = false;
  #seen = "";

  private constructor(tcp: Socket) {
    this.tcp = tcp;
    tcp.setNoDelay();
    tcp.on("error", () => undefined);
    tcp.on("data", (chunk) => {
      this.#seen += String(chunk);
    });
    tcp.on("close", () => {
      this.isClosed = true;
    });
  }

  /** Connects to the namespace; resolves when the server has confirmed it. */
  static async open(url: string, auth: object): Promise<RawSocket> {
    const raw = await RawSocket.handshake(url);
    raw.send(`40/notifications,${JSON.stringify(auth)}`);
    await raw.received("40/notifications,");
    return raw;
  }

  static async handshake(url: string): Promise<RawSocket> {
    const { hostname, port, host } = new URL(url);
    const raw = new RawSocket(connect(Number(port), hostname));
    await once(raw.tcp, "connect");
    raw.tcp.write(
      "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\n" +
        `Host: ${host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
    );
    await raw.received("0{");
    return raw;
  }

  /** Sends a text of up to 65,535 bytes, masked with zeros. */
  send(text: string): void {
    const length = Buffer.byteLength(text);
    const head =
      length < 126 ? [TEXT_FRAME, MASKED | length] : [TEXT_FRAME, MASKED | 126, length >> 8, length & 255];
    this.tcp.write(Buffer.concat([Buffer.from([...head, 0, 0, 0, 0]), Buffer.from(text)]));
  }

  /** Resolves when all that came so far contains a text. */
  async received(text: string): Promise<void> {
    await eventually(() => this.#seen.includes(text), text);
  }

  /** All that came since the last call, or since the beginning. */
  takeSeen(): string {
    const seen = this.#seen;
    this.#seen = "";
    return seen;
  }
}
