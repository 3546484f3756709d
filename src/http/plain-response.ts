import {
  type IncomingMessage,
  type OutgoingHttpHeader,
  type OutgoingHttpHeaders,
  ServerResponse,
} from "node:http";

type Value = number | string | readonly string[];
type GivenHeaders = OutgoingHttpHeaders | OutgoingHttpHeader[];

/**
 * A response that keeps its header fields in a map of its own and hands them over at once, as a list. Node's own looks at
 * each name and value as it is set, files it in an object, and goes through that again when it writes; for the twenty
 * fields of a reply that was a twentieth of a request. A value that cannot be written is found when the head is.
 */
export class PlainResponse<
  Request extends IncomingMessage = IncomingMessage,
> extends ServerResponse<Request> {
  readonly #fields = new Map<string, readonly [name: string, value: Value]>();

  override setHeader(name: string, value: Value): this {
    // Node says what is wrong.
    if (this.headersSent) return super.setHeader(name, value);
    this.#fields.set(name.toLowerCase(), [name, value]);
    return this;
  }

  override setHeaders(headers: Headers | Map<string, Value>): this {
    for (const [name, value] of headers) this.setHeader(name, value);
    return this;
  }

  override appendHeader(name: string, value: string | readonly string[]): this {
    const before = this.#fields.get(name.toLowerCase());
    if (before === undefined) return this.setHeader(name, value);
    return this.setHeader(before[0], [before[1], value].flat().map(String));
  }

  override removeHeader(name: string): void {
    // Notes whether Node may still add the field by itself.
    super.removeHeader(name);
    this.#fields.delete(name.toLowerCase());
  }

  override hasHeader(name: string): boolean {
    return this.#fields.has(name.toLowerCase());
  }

  override getHeader(name: string): number | string | string[] | undefined {
    return this.#fields.get(name.toLowerCase())?.[1] as number | string | string[] | undefined;
  }

  override getHeaders(): OutgoingHttpHeaders {
    return Object.fromEntries(
      [...this.#fields].map(([key, [, value]]) => [key, value]),
    ) as OutgoingHttpHeaders;
  }

  override getHeaderNames(): string[] {
    return [...this.#fields.keys()];
  }

  /** Node's types know it of requests only. */
  getRawHeaderNames(): string[] {
    return Array.from(this.#fields.values(), ([name]) => name);
  }

  override writeHead(status: number, message?: string, headers?: GivenHeaders): this;
  override writeHead(status: number, headers?: GivenHeaders): this;
  override writeHead(status: number, second?: string | GivenHeaders, third?: GivenHeaders): this {
    const [message, given] = typeof second === "string" ? [second, third] : [undefined, second];
    for (const [name, value] of pairsOf(given)) this.setHeader(name, value);
    const list: OutgoingHttpHeader[] = [];
    for (const [name, value] of this.#fields.values()) list.push(name, value as OutgoingHttpHeader);
    return message === undefined ? super.writeHead(status, list) : super.writeHead(status, message, list);
  }
}

function pairsOf(given: GivenHeaders | undefined): (readonly [string, Value])[] {
  if (given === undefined) return [];
  if (!Array.isArray(given)) {
    return Object.entries(given).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value] as const],
    );
  }
  return given
    .flat()
    .flatMap((name, at, all) => (at % 2 === 0 ? [[String(name), all[at + 1] ?? ""] as const] : []));
}
