import type { ParameterizedContext } from "koa";
import { isoTime } from "../ops/iso-time.ts";

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
  ctx.body = { success: true, data, timestamp: isoTime(Date.now()), ...extras };
}

/** The same where `data` is JSON already. */
export function succeedWith(
  ctx: Pick<ParameterizedContext, "status" | "body" | "set">,
  status: number,
  data: string,
  extras: ReplyExtras,
): void {
  const rest = JSON.stringify({ timestamp: isoTime(Date.now()), ...extras });
  ctx.status = status;
  ctx.set("Content-Type", "application/json; charset=utf-8");
  ctx.body = `{"success":true,"data":${data},${rest.slice(1)}`;
}

/** The address of what a request to a collection's path made. */
export function locationOf(path: string, id: string): string {
  return `${path.replace(/\/+$/, "")}/${id}`;
}
