import Router, { type RouterContext } from "@koa/router";
import type { Middleware } from "koa";
import type { z } from "zod";
import { renderRehearsal } from "../../rehearsal/chart.ts";
import { DEFAULT_HABIT } from "../../rehearsal/donors.ts";
import type { RehearsalJob } from "../../rehearsal/job.ts";
import type { RehearsalResult } from "../../rehearsal/result.ts";
import { ApiError } from "../errors.ts";
import { principalOf } from "../middleware/authenticate.ts";
import { presentRehearsal } from "../presenters/rehearsal.ts";
import type { Rehearsals, RehearsalView } from "../rehearsals.ts";
import { locationOf, succeed, succeedWithPage } from "../reply.ts";
import { LIST_DEFAULT, pageOf, pageQuery } from "../schemas/lists.ts";
import { type DemandRowBody, REHEARSAL_NAMES, startRehearsalBody } from "../schemas/rehearsals.ts";
import type { AppState } from "../state.ts";
import { parseBody, parseQuery, uuidParam } from "../validate.ts";
import { type EventCommandOptions, EventCommands } from "./event-commands.ts";

type Context = RouterContext<AppState>;
type Body = z.output<typeof startRehearsalBody>;

export type RehearsalRoutesOptions = EventCommandOptions & {
  readonly rehearsals: Rehearsals;
  readonly readBody: Middleware<AppState>;
};

const SVG = "image/svg+xml";
const RETRY_AFTER_S = 10;

/** Rehearsals of an event's sale, for its organizer and admins. */
export function rehearsalRoutes(options: RehearsalRoutesOptions): Router<AppState> {
  const routes = new RehearsalRoutes(options);
  return new Router<AppState>()
    .post("/events/:id/rehearsals", options.readBody, (ctx) => routes.start(ctx))
    .get("/events/:id/rehearsals", (ctx) => routes.list(ctx))
    .get("/events/:id/rehearsals/:rehearsalId", (ctx) => routes.show(ctx))
    .get("/events/:id/rehearsals/:rehearsalId/chart.svg", (ctx) => routes.chart(ctx));
}

class RehearsalRoutes {
  readonly #rehearsals: Rehearsals;
  readonly #commands: EventCommands;

  constructor(options: RehearsalRoutesOptions) {
    this.#rehearsals = options.rehearsals;
    this.#commands = new EventCommands(options);
  }

  async start(ctx: Context): Promise<void> {
    const body = parseBody(startRehearsalBody, ctx.request.body, REHEARSAL_NAMES);
    const { eventId } = await this.#commands.findOwn(ctx);
    const { demand, ...asked } = body;
    const id = this.#commands.newId();
    const started = await this.#rehearsals.start({
      id,
      askedBy: principalOf(ctx).userId,
      asked: demand === undefined ? asked : { ...asked, rows: demand.length },
      job: jobOf(body, eventId),
    });
    if (started.type === "busy") {
      throw new ApiError("OVERLOADED", "As many rehearsals are under way as may be", {
        retryAfterS: RETRY_AFTER_S,
      });
    }
    if (started.type === "running") {
      throw new ApiError("REHEARSAL_RUNNING", "Another rehearsal of yours is running; one at a time", {
        details: { event_id: started.eventId, rehearsal_id: started.id },
      });
    }
    ctx.set("Location", locationOf(ctx.path, id));
    ctx.set("Retry-After", "1");
    succeed(ctx, 202, presentRehearsal(await this.#find(eventId, id)));
  }

  async list(ctx: Context): Promise<void> {
    const page = pageOf(parseQuery(pageQuery, ctx.query), LIST_DEFAULT);
    const { eventId } = await this.#commands.findOwn(ctx);
    const { rehearsals, total } = await this.#rehearsals.list({ eventId, ...page });
    succeedWithPage(ctx, rehearsals.map(presentRehearsal), { page, total });
  }

  async show(ctx: Context): Promise<void> {
    const rehearsal = await this.#findOwn(ctx);
    if (ctx.accepts("application/json", "application/problem+json", SVG) === SVG) sendChart(ctx, rehearsal);
    else succeed(ctx, 200, presentRehearsal(rehearsal));
  }

  async chart(ctx: Context): Promise<void> {
    sendChart(ctx, await this.#findOwn(ctx));
  }

  async #findOwn(ctx: Context): Promise<RehearsalView> {
    const id = uuidParam(ctx.params, "rehearsalId");
    const { eventId } = await this.#commands.findOwn(ctx);
    return await this.#find(eventId, id);
  }

  async #find(eventId: string, id: string): Promise<RehearsalView> {
    const rehearsal = await this.#rehearsals.byId(eventId, id);
    if (rehearsal === null) throw new ApiError("REHEARSAL_NOT_FOUND", "Rehearsal not found");
    return rehearsal;
  }
}

function sendChart(ctx: Context, { state, result }: RehearsalView): void {
  if (state !== "done") {
    throw new ApiError("REHEARSAL_NOT_DONE", `The rehearsal is ${state}; there is nothing to draw`, {
      extra: { status: state },
    });
  }
  ctx.type = SVG;
  ctx.body = renderRehearsal(result as RehearsalResult);
}

function jobOf(body: Body, eventId: string): Omit<RehearsalJob, "cpuMsMax"> {
  const { times, demand, pricing, tiers = [], max_tickets_per_user, hold_ttl_seconds } = body;
  const ofTiers = (read: (tier: (typeof tiers)[number]) => number | undefined) =>
    tiers.flatMap((tier) => {
      const value = read(tier);
      return value === undefined ? [] : [{ tier: tier.tier, value }];
    });
  return {
    eventId,
    wanted:
      demand === undefined
        ? { type: "recorded", times: times ?? 1 }
        : { type: "stated", rows: demand.map(rowOf) },
    from: body.from,
    rules: [...new Set(pricing)],
    whatIf: {
      capacity: ofTiers(({ capacity }) => capacity),
      price: ofTiers(({ price }) => price),
      ...(max_tickets_per_user === undefined ? {} : { ticketsPerUserMax: max_tickets_per_user }),
      ...(hold_ttl_seconds === undefined ? {} : { holdS: hold_ttl_seconds }),
    },
    decidedPerSecond: body.rate ?? null,
    seed: body.seed,
    elasticity: body.elasticity ?? null,
    habit: {
      paysShare: body.pays ?? DEFAULT_HABIT.paysShare,
      paysAfterMs: body.pays_after_s === undefined ? DEFAULT_HABIT.paysAfterMs : body.pays_after_s * 1_000,
    },
  };
}

type Row = Extract<RehearsalJob["wanted"], { readonly type: "stated" }>["rows"][number];

/** What is absent stays absent: the process it is sent to tells it from null. */
function rowOf({ promo_code, willing_to_pay, pays_after_s, cancels_after_s, ...rest }: DemandRowBody): Row {
  const row = {
    ...rest,
    promoCode: promo_code,
    willingToPay: willing_to_pay,
    paysAfterS: pays_after_s,
    cancelsAfterS: cancels_after_s,
  };
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== undefined)) as unknown as Row;
}
