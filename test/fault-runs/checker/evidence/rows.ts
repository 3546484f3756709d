export type { Finding } from "../../../../src/audit/findings.ts";
export type { BookingRow, PaymentRow, RefundRow, SeatRow } from "../../../../src/audit/ports.ts";
