import { isFinal, type SaleFigures } from "../domain/sale-figures.ts";
import { isoTime } from "../ops/iso-time.ts";

/** What an installation states about a sale, as it is signed. Money is in the currency's minor units: whole numbers. */
export interface Statement extends StatedFigures {
  readonly event_id: string;
  readonly issued_at: string;
  /** Of the key that signs it. */
  readonly key_id: string;
}

/** The part of it that follows from the ledger. */
export interface StatedFigures {
  readonly event_number: number;
  readonly event: string;
  readonly currency: string;
  readonly status: string;
  readonly sale_status: string;
  readonly final: boolean;
  /** In words, what `final` means. */
  readonly says: string;
  readonly as_of: { readonly seq: number; readonly decided_at: string; readonly digest: string };
  readonly tiers: readonly StatedTier[];
  readonly tickets: StatedTickets & { readonly capacity: number };
  readonly refusals: readonly {
    readonly reason: string;
    readonly requests: number;
    readonly tickets: number;
  }[];
  readonly money: {
    readonly captured_minor: number;
    readonly refunded_minor: number;
    readonly refunds_owed_minor: number;
  };
}

interface StatedTickets {
  readonly sold: number;
  readonly sold_minor: number;
  readonly held: number;
  readonly cancelled: number;
  readonly refunded: number;
  readonly refused: number;
}

interface StatedTier extends StatedTickets {
  readonly tier: string;
  readonly price_minor: number;
  readonly capacity: number;
}

/** The figures of a ledger as they are stated. */
export function statedFigures(figures: SaleFigures): StatedFigures {
  const { seq, digest, decidedAt, refusals } = figures;
  const tiers = figures.tiers.map(
    ({ tier, priceMinor, capacity, sold, soldMinor, held, cancelled, refunded, refused }) => ({
      tier,
      price_minor: priceMinor,
      capacity,
      sold,
      sold_minor: soldMinor,
      held,
      cancelled,
      refunded,
      refused,
    }),
  );
  const sum = (field: keyof StatedTickets | "capacity") =>
    tiers.reduce((total, tier) => total + tier[field], 0);
  const held = sum("held");
  const final = isFinal({ ...figures, held });
  return {
    event_number: figures.eventNumber,
    event: figures.name,
    currency: figures.currency,
    status: figures.status,
    sale_status: figures.saleStatus,
    final,
    says: final ? FINAL : held > 0 ? HELD : ON_SALE,
    as_of: { seq, decided_at: isoTime(decidedAt), digest },
    tiers,
    tickets: {
      capacity: sum("capacity"),
      sold: sum("sold"),
      sold_minor: sum("sold_minor"),
      held,
      cancelled: sum("cancelled"),
      refunded: sum("refunded"),
      // Of all requests: some named no tier.
      refused: refusals.reduce((total, { tickets }) => total + tickets, 0),
    },
    refusals: refusals.map(({ reason, requests, tickets }) => ({ reason, requests, tickets })),
    money: {
      captured_minor: figures.capturedMinor,
      refunded_minor: figures.refundedMinor,
      refunds_owed_minor: figures.refundsOwedMinor,
    },
  };
}

const FINAL =
  "The sale has ended and nobody has tickets on hold. Tickets can still be given back: a later statement may have fewer.";
const HELD = "Not final: buyers have tickets on hold, which may still be sold.";
const ON_SALE = "Not final: the sale has not ended.";
