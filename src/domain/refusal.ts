/** Why a command was not carried out although it was understood. Ordered by precedence: the first that holds is told. */
export type RefusalReason =
  | "Withdrawn" // cancelled while it was waiting in line
  | "EventCancelled"
  | "EventOver"
  | "SaleNotStarted"
  | "SaleClosed"
  | "TierNotFound"
  | "TiersAreSeveral" // a single price or capacity was given for an event with several tiers
  | "QuantityAboveBookingLimit"
  | "UserLimitExceeded"
  | "PriceChanged"
  | "SoldOut" // nothing is left in the whole event
  | "SeatsExceedAvailable" // something is left, but not enough
  | "BookingNotFound"
  | "BookingRejected" // it never became a booking
  | "AlreadyCancelled"
  | "EventAlreadyCancelled"
  | "VersionMismatch"
  | "CapacityBelowSold"
  | "TimesInconsistent"
  | "CommandFailed"; // poison: it could not be carried out and was set aside

/** What the person who reads the refusal needs to act on it. */
export interface RefusalFacts {
  readonly availableSeats?: number;
  readonly requestedQuantity?: number;
  readonly limit?: number;
  readonly owned?: number;
  readonly totalMinor?: number;
  readonly version?: number;
  readonly tier?: string;
  readonly sold?: number;
  readonly refundMinor?: number;
  readonly quantity?: number;
  readonly tiers?: readonly {
    readonly tier: string;
    readonly available: number;
    readonly priceMinor: number;
  }[];
}

export interface Refusal {
  readonly reason: RefusalReason;
  readonly facts: RefusalFacts;
}
