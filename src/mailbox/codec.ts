import type { Command, Lane } from "../domain/command.ts";
import { laneOf } from "../domain/command.ts";
import { type CommandId, isUuid } from "../domain/ids.ts";
import type { Envelope, Unreadable } from "../engine/ports.ts";

export const URGENT_PRIORITY = 10;
/** Of a lane among the jobs of its queue; no envelope has another. */
export const PRIORITY_OF = { urgent: URGENT_PRIORITY, bookings: 0 } as const satisfies Record<Lane, number>;

/** What pg-boss stores of an envelope. */
export interface Parcel {
  readonly id: CommandId;
  readonly priority: number;
  readonly data: {
    readonly n: number;
    readonly at: number;
    readonly command: Command;
    /** Absent where its request is not traced. */
    readonly trace?: string;
  };
}

/** Commands that are decided without having been sent. */
type Unsent = "OpenSale" | "CloseSale" | "CompleteEvent" | "ServeWaitlist" | "ExpireHold";

/** A command must be readable in every later version; these are the ones this version reads. */
const TYPES = new Set(
  Object.keys({
    BookTickets: true,
    ConfirmBooking: true,
    RecordPayment: true,
    RecordRefund: true,
    CancelBooking: true,
    TransferBooking: true,
    ExchangeTickets: true,
    CheckInTicket: true,
    JoinWaitlist: true,
    LeaveWaitlist: true,
    ProcessWaitlist: true,
    ChangeEvent: true,
    CancelEvent: true,
    PauseSale: true,
    ResumeSale: true,
    BlockSeats: true,
    ReleaseSeats: true,
    AddPromoCode: true,
    SetAside: true,
  } satisfies Record<Exclude<Command["type"], Unsent>, true>),
);

export function encode(envelope: Envelope): Parcel {
  const { command, ordinal, acceptedAt, lane, trace } = envelope;
  const data = { n: ordinal, at: acceptedAt, command };
  return {
    id: command.id,
    priority: PRIORITY_OF[lane],
    data: trace === undefined ? data : { ...data, trace },
  };
}

/** Reads an envelope back; tells what is wrong with it where it cannot. */
export function decode(parcel: {
  readonly id: string;
  readonly data: unknown;
  readonly priority: number;
}): Envelope | Unreadable {
  const id = parcel.id as CommandId;
  const lane: Lane = parcel.priority === URGENT_PRIORITY ? "urgent" : "bookings";
  const unreadable = (error: string): Unreadable => ({ id, lane, raw: parcel.data, error });
  const { n, at, command, trace } = (parcel.data ?? {}) as Partial<Parcel["data"]>;
  if (!Number.isSafeInteger(n) || typeof at !== "number")
    return unreadable("no ordinal or no time of accept");
  if (typeof command !== "object" || command === null) return unreadable("no command");
  if (!TYPES.has(command.type)) return unreadable(`unknown command ${JSON.stringify(command.type)}`);
  if (command.id !== id || !isUuid(id)) return unreadable("the command has another id than its envelope");
  const problem = command.type === "BookTickets" ? bookingProblem(command) : null;
  if (problem !== null) return unreadable(problem);
  const envelope = { command, lane: laneOf(command), ordinal: n as number, acceptedAt: at };
  // Who reads it as a trace looks closer; a wrong one is no reason not to decide.
  return typeof trace === "string" ? { ...envelope, trace } : envelope;
}

function bookingProblem({ quantity, userId }: Extract<Command, { type: "BookTickets" }>): string | null {
  if (!Number.isInteger(quantity) || quantity < 1) return `quantity ${quantity} is no whole number above 0`;
  return isUuid(userId) ? null : "the buyer is no user id";
}

export function isEnvelope(read: Envelope | Unreadable): read is Envelope {
  return "command" in read;
}
