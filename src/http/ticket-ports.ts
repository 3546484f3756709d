import type { KeyRing } from "../tickets/key-ring.ts";
import type { Printer } from "../tickets/printer.ts";

/** What the API needs for tickets: keys to sign and verify their codes with, and who draws them. */
export interface TicketPorts {
  readonly keys: Pick<KeyRing, "signer" | "all" | "forCode">;
  readonly printer: Pick<Printer, "print">;
}
