import type { ParameterizedContext } from "koa";

interface ReplyExtras {
  readonly message?: string;
  /** Fields that stand beside `data`, such as `count` or `pagination`. */
  readonly [field: string]: unknown;
}

/** Answers with the envelope of success: `{success: true, data, message?, timestamp, ...extras}`. */
export function succeed(
  ctx: Pick<ParameterizedContext, "status" | "body">,
  status: number,
  data: unknown,
  extras?: ReplyExtras,
): void {
  ctx.status = status;
  ctx.body = { success: true, data, timestamp: new Date().toISOString(), ...extras };
}

/** The address of what a request to a collection's path made. */
export function locationOf(path: string, id: string): string {
  return `${path.replace(/\/+$/, "")}/${id}`;
}
