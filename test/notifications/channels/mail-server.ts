import { once } from "node:events";
import type { AddressInfo } from "node:net";
import PostalMime, { type Email } from "postal-mime";
import { SMTPServer, type SMTPServerOptions } from "smtp-server";

/** One mail as it arrived. */
export interface Arrived {
  readonly from: string;
  readonly to: readonly string[];
  readonly raw: string;
  readonly isEncrypted: boolean;
  readonly login: string | null;
}

/** At which step, with which code the server says no; or for how long it says nothing. */
export interface Trouble {
  readonly at: "connect" | "mail" | "rcpt" | "data";
  readonly code?: number;
  readonly text?: string;
  readonly silentMs?: number;
}

/** A real SMTP server on loopback that keeps what it is sent, and goes wrong on request. */
export class MailServer {
  readonly arrived: Arrived[] = [];
  readonly #server: SMTPServer;
  readonly #troubles: Trouble[] = [];
  connections = 0;
  mostAtOnce = 0;
  #underWay = 0;

  /** @param options what is not said is: no TLS, no login */
  constructor(options: SMTPServerOptions = {}) {
    this.#server = new SMTPServer({
      logger: false,
      disabledCommands: ["STARTTLS"],
      authOptional: true,
      closeTimeout: 100,
      onConnect: (_session, done) => {
        this.connections += 1;
        this.#answer("connect", done);
      },
      onMailFrom: (_address, _session, done) => this.#answer("mail", done),
      onRcptTo: (_address, _session, done) => this.#answer("rcpt", done),
      onAuth: ({ username = "", password }, _session, done) =>
        password === "s3cret@word" ? done(null, { user: username }) : done(new Error("no such login")),
      onData: (stream, session, done) => {
        const chunks: Buffer[] = [];
        this.#underWay += 1;
        this.mostAtOnce = Math.max(this.mostAtOnce, this.#underWay);
        stream.on("data", (chunk: Buffer) => chunks.push(chunk));
        stream.on("end", () =>
          this.#answer("data", (error) => {
            this.#underWay -= 1;
            if (!error) {
              this.arrived.push({
                from: session.envelope.mailFrom ? session.envelope.mailFrom.address : "",
                to: session.envelope.rcptTo.map(({ address }) => address),
                raw: Buffer.concat(chunks).toString("utf8"),
                isEncrypted: session.secure,
                login: session.user === undefined ? null : String(session.user),
              });
            }
            done(error);
          }),
        );
      },
      ...options,
    });
    // A client that hangs up in the middle is what some tests are about.
    this.#server.on("error", () => undefined);
  }

  async listen(): Promise<number> {
    const server = this.#server.listen(0, "127.0.0.1");
    if (!server.listening) await once(server, "listening");
    return (server.address() as AddressInfo).port;
  }

  /** The next ones who come to that step meet with it, one each. */
  trouble(...troubles: readonly Trouble[]): void {
    this.#troubles.push(...troubles);
  }

  /** The only mail that came. */
  async onlyMail(): Promise<Email> {
    const [mail, ...others] = this.arrived;
    if (mail === undefined || others.length > 0) throw new Error(`${this.arrived.length} mails came`);
    return await PostalMime.parse(mail.raw);
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }

  #answer(at: Trouble["at"], done: (error?: Error | null) => void): void {
    const index = this.#troubles.findIndex((trouble) => trouble.at === at);
    const [trouble] = index === -1 ? [] : this.#troubles.splice(index, 1);
    const { code, text = "no", silentMs = 0 } = trouble ?? { at };
    const error = code === undefined ? null : Object.assign(new Error(text), { responseCode: code });
    setTimeout(() => done(error), silentMs);
  }
}
