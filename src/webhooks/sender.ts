import { GuardedFetchError, type GuardedReply, type GuardedRequest } from "../ops/guarded-fetch.ts";
import { retryAfterMs } from "../ops/retry-after.ts";
import { signedHeaders } from "./secret.ts";

/** Standard Webhooks asks for 15 to 30 s; somebody who only takes a message down needs less than one. */
const ANSWER_MS_MAX = 15_000;
const ERROR_LENGTH_MAX = 200;

/** Whom a message is for, with the secrets that are valid now. */
export interface Addressee {
  readonly url: string;
  readonly secrets: readonly Buffer[];
}

/** What became of one attempt. */
export interface AttemptResult {
  /** `delivered`: any 2xx. `tooLong`: 413. `gone`: 410. `aborted`: we gave it up, it says nothing about the endpoint. */
  readonly type: "delivered" | "failed" | "tooLong" | "gone" | "aborted";
  readonly statusCode: number | null;
  /** For the owner to read; null where it was delivered. */
  readonly error: string | null;
  readonly retryAfterMs: number | null;
  readonly durationMs: number;
}

export interface SenderPorts {
  readonly send: (request: GuardedRequest) => Promise<GuardedReply>;
  /** Names this program, such as Evently/1.2.3. */
  readonly userAgent: string;
  readonly now: () => number;
}

/** Sends messages as Standard Webhooks has it. Never throws for what an endpoint does. */
export class Sender {
  readonly #ports: SenderPorts;

  constructor(ports: SenderPorts) {
    this.#ports = ports;
  }

  async attempt(
    message: { readonly id: string; readonly body: string },
    { url, secrets }: Addressee,
    signal?: AbortSignal,
  ): Promise<AttemptResult> {
    const { send, userAgent, now } = this.#ports;
    const started = performance.now();
    const headers = {
      "content-type": "application/json",
      "user-agent": userAgent,
      accept: "*/*",
      ...signedHeaders({ ...message, secrets, nowMs: now() }),
    };
    const request = { url, method: "POST", headers, body: message.body, timeoutMs: ANSWER_MS_MAX } as const;
    const verdict = await send(signal === undefined ? request : { ...request, signal }).then(
      (reply) => verdictOf(reply, now()),
      (error: unknown) => faultOf(error),
    );
    return { ...verdict, durationMs: Math.round(performance.now() - started) };
  }
}

type Verdict = Omit<AttemptResult, "durationMs">;

function verdictOf({ status, headers }: GuardedReply, nowMs: number): Verdict {
  const isRedirect = status >= 300 && status < 400;
  const told = { statusCode: status, retryAfterMs: retryAfterMs(headers["retry-after"], nowMs) };
  if (status >= 200 && status < 300)
    return { type: "delivered", statusCode: status, error: null, retryAfterMs: null };
  const error = isRedirect ? `answered ${status}; redirects are not followed` : `answered ${status}`;
  if (status === 410) return { type: "gone", error, ...told };
  if (status === 413) return { type: "tooLong", error, ...told };
  return { type: "failed", error, ...told };
}

function faultOf(error: unknown): Verdict {
  if (!(error instanceof GuardedFetchError)) throw error;
  const type = error.kind === "aborted" ? "aborted" : "failed";
  return { type, statusCode: null, error: error.message.slice(0, ERROR_LENGTH_MAX), retryAfterMs: null };
}
