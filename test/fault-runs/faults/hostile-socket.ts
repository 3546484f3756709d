import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { until } from "../../support/until.ts";

const FINAL_TEXT = 0x81;
const MASKED = 0x80;
/** Attackers come from another address than everybody else: what is granted to one address is not others' concern. */
const ATTACKERS_ADDRESS = "127.0.0.66";
const ANSWER_MS_MAX = 5_000;
const SEEN_MAX = 4_096;

/** A WebSocket of RFC 6455 written by hand, which keeps to no rules: Engine.IO's and Socket.IO's frames as texts. */
export class HostileSocket {
  readonly tcp: Socket;
  isClosed = false;
  #seen = "";

  private constructor(tcp: Socket) {
    this.tcp = tcp;
    tcp.setNoDelay();
    tcp.on("error", () => undefined);
    tcp.on("data", (chunk) => {
      this.#seen = (this.#seen + String(chunk)).slice(-SEEN_MAX);
    });
    // A server that closes is gone, whether or not this side says goodbye.
    for (const end of ["close", "end"] as const) tcp.on(end, () => this.#end());
  }

  /** Connects to the namespace with a token. @throws where it is not let in */
  static async open(url: string, token: string): Promise<HostileSocket> {
    const socket = await HostileSocket.handshake(url);
    socket.send(`40/notifications,${JSON.stringify({ token })}`);
    await socket.receives("/notifications,");
    if (socket.#seen.includes('40/notifications,{"sid"')) return socket;
    socket.destroy();
    throw new Error(`refused: ${socket.#seen}`);
  }

  /** Opens a connection that belongs to nobody yet. @throws where it is refused */
  static async handshake(url: string): Promise<HostileSocket> {
    const { hostname, port, host } = new URL(url);
    const tcp = connect({ host: hostname, port: Number(port), localAddress: ATTACKERS_ADDRESS });
    const socket = new HostileSocket(tcp);
    await once(tcp, "connect");
    tcp.write(
      "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\n" +
        `Host: ${host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
    );
    await until("the handshake is answered", () => socket.isClosed || socket.#seen !== "", ANSWER_MS_MAX);
    if (!socket.#seen.startsWith("HTTP/1.1 101")) {
      socket.destroy();
      throw new Error(`refused: ${socket.#seen.slice(0, 40)}`);
    }
    return socket;
  }

  /** Sends a text of any length, masked with zeros. */
  send(text: string): void {
    const bytes = Buffer.from(text);
    this.tcp.write(Buffer.concat([headOf(bytes.length), bytes]));
  }

  /** Says that so many bytes will come, and sends none of them. */
  announce(length: number): void {
    this.tcp.write(headOf(length));
  }

  /** Resolves when what came lately contains a text. */
  async receives(text: string): Promise<void> {
    await until(`it hears ${text}`, () => this.isClosed || this.#seen.includes(text), ANSWER_MS_MAX);
  }

  destroy(): void {
    this.tcp.destroy();
  }

  #end(): void {
    this.isClosed = true;
    this.tcp.destroy();
  }
}

/** The head of a masked text frame with an empty mask. */
function headOf(length: number): Buffer {
  const mask = [0, 0, 0, 0];
  if (length < 126) return Buffer.from([FINAL_TEXT, MASKED | length, ...mask]);
  if (length < 65_536) return Buffer.from([FINAL_TEXT, MASKED | 126, length >> 8, length & 255, ...mask]);
  const long = Buffer.alloc(8);
  long.writeBigUInt64BE(BigInt(length));
  return Buffer.concat([Buffer.from([FINAL_TEXT, MASKED | 127]), long, Buffer.from(mask)]);
}
