import Router, { type RouterContext } from "@koa/router";
import { signStatement } from "../../statements/sign.ts";
import { statedFigures } from "../../statements/statement.ts";
import { presentLedgerPage } from "../presenters/ledger.ts";
import { iso } from "../presenters/time.ts";
import type { Reads } from "../reads.ts";
import { succeed } from "../reply.ts";
import { ledgerQuery } from "../schemas/ledger.ts";
import type { AppState } from "../state.ts";
import type { TicketPorts } from "../ticket-ports.ts";
import { parseQuery } from "../validate.ts";
import { type EventCommandOptions, EventCommands } from "./event-commands.ts";

type Context = RouterContext<AppState>;

export type LedgerRoutesOptions = EventCommandOptions & {
  readonly reads: Pick<Reads, "event" | "ledgerPage" | "saleFigures">;
  readonly tickets: Pick<TicketPorts, "keys">;
};

/** The books of an event for its organizer: what was decided, by the letter, and what it comes to, signed. */
export function ledgerRoutes(options: LedgerRoutesOptions): Router<AppState> {
  const routes = new LedgerRoutes(options);
  return new Router<AppState>()
    .get("/events/:id/ledger", (ctx) => routes.page(ctx))
    .get("/events/:id/statement", (ctx) => routes.state(ctx));
}

class LedgerRoutes {
  readonly #options: LedgerRoutesOptions;
  readonly #commands: EventCommands;

  constructor(options: LedgerRoutesOptions) {
    this.#options = options;
    this.#commands = new EventCommands(options);
  }

  async page(ctx: Context): Promise<void> {
    const { after, limit } = parseQuery(ledgerQuery, ctx.query);
    const { eventId } = await this.#commands.findOwn(ctx);
    const page = await this.#options.reads.ledgerPage({ eventId, after, limit });
    if (page === null) throw new Error(`invariant: event ${eventId} has no ledger`);
    succeed(ctx, 200, presentLedgerPage(eventId, after, page));
  }

  async state(ctx: Context): Promise<void> {
    const { reads, tickets } = this.#options;
    const { eventId } = await this.#commands.findOwn(ctx);
    const [figures, key] = await Promise.all([reads.saleFigures(eventId), tickets.keys.signer()]);
    if (figures === null) throw new Error(`invariant: event ${eventId} has no ledger`);
    const statement = {
      event_id: eventId,
      ...statedFigures(figures),
      issued_at: iso(Date.now()),
      key_id: key.id,
    };
    succeed(ctx, 200, signStatement(statement, key));
  }
}
