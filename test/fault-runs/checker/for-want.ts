import type { EventBooks } from "./evidence.ts";

const WANT = new Set(["SoldOut", "SeatsExceedAvailable", "SeatsTaken"]);

/** Whether somebody was told that there are no tickets for them, or put on the waitlist instead. */
export function isForWant({ decision: [head] }: EventBooks["ledger"][number]): boolean {
  return (head.type === "BookingRejected" && WANT.has(head.reason)) || head.type === "WaitlistJoined";
}
