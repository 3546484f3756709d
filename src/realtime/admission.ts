import type { IncomingMessage } from "node:http";
import { networkOf } from "../ops/client-address.ts";
import type { RealtimeLimits } from "./limits.ts";

interface AdmissionOptions {
  readonly limits: Pick<RealtimeLimits, "socketsMax" | "socketsPerIpMax">;
  /** The client's address; IPv6 is counted by the network it is in. */
  readonly addressOf: (request: IncomingMessage) => string;
  readonly observeCount: (connections: number) => void;
}

/** Counts this process's connections, of whichever protocol, in all and by where they come from. */
export class Admission {
  readonly #options: AdmissionOptions;
  readonly #byNetwork = new Map<string, number>();
  #count = 0;

  constructor(options: AdmissionOptions) {
    this.#options = options;
  }

  get count(): number {
    return this.#count;
  }

  addressOf(request: IncomingMessage): string {
    return this.#options.addressOf(request);
  }

  /** Why one more connection from where this request comes from is too many, or null. */
  refusal(request: IncomingMessage): string | null {
    const { socketsMax, socketsPerIpMax } = this.#options.limits;
    if (this.#count >= socketsMax) return "Too many connections; try again later";
    const ofNetwork = this.#byNetwork.get(networkOf(this.addressOf(request))) ?? 0;
    return ofNetwork >= socketsPerIpMax ? "Too many connections from your address" : null;
  }

  /** Counts an open connection. Returns what to call, once, when it has closed. */
  enter(request: IncomingMessage): () => void {
    const network = networkOf(this.addressOf(request));
    this.#byNetwork.set(network, (this.#byNetwork.get(network) ?? 0) + 1);
    this.#changeCount(1);
    return () => {
      const left = (this.#byNetwork.get(network) ?? 1) - 1;
      if (left === 0) this.#byNetwork.delete(network);
      else this.#byNetwork.set(network, left);
      this.#changeCount(-1);
    };
  }

  #changeCount(by: number): void {
    this.#count += by;
    this.#options.observeCount(this.#count);
  }
}
