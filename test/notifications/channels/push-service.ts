import { createDecipheriv, createECDH, hkdfSync, randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { PushSubscription } from "../../../src/notifications/channel.ts";

/** What a push service was sent for one browser. */
export interface Pushed {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Never answered. */
  readonly isSilent?: boolean;
}

/** A push service on loopback: takes everything with 201, and goes wrong on request, by path. */
export class PushService {
  readonly pushed: Pushed[] = [];
  readonly answers = new Map<string, Answer>();
  readonly #server: Server;
  url = "";

  constructor() {
    this.#server = createServer(async (req, res) => {
      const chunks: Buffer[] = [];
      for await (const chunk of req) chunks.push(chunk as Buffer);
      const path = req.url ?? "";
      this.pushed.push({ path, headers: req.headers, body: Buffer.concat(chunks) });
      const { status, headers, isSilent } = this.answers.get(path) ?? {
        status: 201,
        headers: { location: `/messages${path}` },
      };
      if (isSilent !== true) res.writeHead(status, headers).end();
    });
  }

  async listen(): Promise<void> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    this.url = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

/** A browser that is subscribed: it has the private key that its pushes are read with. */
export class Browser {
  readonly subscription: PushSubscription;
  readonly #keys = createECDH("prime256v1");
  readonly #auth = randomBytes(16);

  constructor(endpoint: string) {
    this.#keys.generateKeys();
    const p256dh = this.#keys.getPublicKey("base64url");
    this.subscription = { endpoint, p256dh, auth: this.#auth.toString("base64url") };
  }

  /** Decrypts a push as RFC 8291 (with RFC 8188's aes128gcm) tells a browser to. @throws where it cannot be read. */
  read(body: Buffer): string {
    const salt = body.subarray(0, 16);
    const keyLength = body.readUInt8(20);
    const sender = body.subarray(21, 21 + keyLength);
    const sealed = body.subarray(21 + keyLength);
    const info = Buffer.concat([Buffer.from("WebPush: info\0"), this.#keys.getPublicKey(), sender]);
    const secret = hkdfSync("sha256", this.#keys.computeSecret(sender), this.#auth, info, 32);
    const key = hkdfSync("sha256", Buffer.from(secret), salt, "Content-Encoding: aes128gcm\0", 16);
    const nonce = hkdfSync("sha256", Buffer.from(secret), salt, "Content-Encoding: nonce\0", 12);
    const decipher = createDecipheriv("aes-128-gcm", Buffer.from(key), Buffer.from(nonce));
    decipher.setAuthTag(sealed.subarray(-16));
    const padded = Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()]);
    // The last record ends with 2 and zeros.
    return padded.subarray(0, padded.lastIndexOf(2)).toString("utf8");
  }
}
