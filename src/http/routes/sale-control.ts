import type { RouterContext } from "@koa/router";
import type { z } from "zod";
import { type Discount, normalCode, type PromoCodeDraft } from "../../domain/promo-code.ts";
import { minor } from "../drafts/fields.ts";
import { sendEvent } from "../event-reply.ts";
import { presentPromoCode } from "../presenters/promo-code.ts";
import type { Reads } from "../reads.ts";
import { succeed, succeedWithPage } from "../reply.ts";
import { LIST_DEFAULT, pageOf, pageQuery } from "../schemas/lists.ts";
import { PROMO_CODE_NAMES, promoCodeBody } from "../schemas/sale.ts";
import type { AppState } from "../state.ts";
import { expectNoFields, parseBody, parseQuery } from "../validate.ts";
import { acceptedForLater, type EventCommands } from "./event-commands.ts";

type Context = RouterContext<AppState>;
type Body = z.output<typeof promoCodeBody>;

/** What an organizer does to a sale: stops it for a while, and gives out codes. */
export class SaleControlRoutes {
  readonly #reads: Pick<Reads, "promoCodes">;
  readonly #commands: EventCommands;

  constructor(reads: Pick<Reads, "promoCodes">, commands: EventCommands) {
    this.#reads = reads;
    this.#commands = commands;
  }

  async pauseOrResume(ctx: Context, type: "PauseSale" | "ResumeSale"): Promise<void> {
    const commands = this.#commands;
    const word = type === "PauseSale" ? "paused" : "resumed";
    expectNoFields(ctx.request.body, `must be empty: the whole sale is ${word}`);
    const event = await commands.findOwn(ctx);
    const standing = await commands.submit(ctx, event, { type, id: commands.newId() }, {});
    if (standing.type === "queued")
      return acceptedForLater(ctx, event, `The sale is to be ${word}; that is under way`);
    sendEvent(ctx, 200, await commands.find(ctx), `The sale is ${word}`);
  }

  async addCode(ctx: Context): Promise<void> {
    const commands = this.#commands;
    const body = parseBody(promoCodeBody, ctx.request.body, PROMO_CODE_NAMES);
    const event = await commands.findOwn(ctx);
    const code = codeOf(body, event.currency);
    const command = { type: "AddPromoCode", id: commands.newId(), code } as const;
    const standing = await commands.submit(ctx, event, command, body);
    if (standing.type === "queued") return acceptedForLater(ctx, event, "The code is accepted and under way");
    const shown = presentPromoCode({ ...code, used: 0 }, event);
    succeed(ctx, 201, shown, { message: "Promo code created" });
  }

  async listCodes(ctx: Context): Promise<void> {
    const page = pageOf(parseQuery(pageQuery, ctx.query), LIST_DEFAULT);
    const event = await this.#commands.findOwn(ctx);
    const { codes, total } = await this.#reads.promoCodes({ eventId: event.eventId, ...page });
    const shown = codes.map((code) => presentPromoCode(code, event));
    succeedWithPage(ctx, shown, { page, total });
  }
}

function codeOf(body: Body, currency: string): PromoCodeDraft {
  return {
    code: normalCode(body.code),
    discount: discountOf(body, currency),
    usesMax: body.max_uses ?? null,
    tiers: body.tiers ?? null,
    validUntil: body.valid_until ?? null,
  };
}

function discountOf(
  { discount_percent: percent, discount_amount: amount }: Body,
  currency: string,
): Discount {
  if (percent !== undefined) return { type: "percent", percent };
  if (amount === undefined) return { type: "none" };
  return { type: "amount", amountMinor: minor("discount_amount", amount, currency) };
}
