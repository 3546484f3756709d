import type { Person, System } from "./shared-system.ts";

export interface RawReply {
  readonly status: number;
  readonly headers: Headers;
  readonly bytes: Buffer;
}

/** A reply as bytes: tickets are pictures and papers, too. */
export async function fetchRaw(
  system: System,
  path: string,
  { token, accept }: { readonly token: string; readonly accept?: string },
): Promise<RawReply> {
  const response = await fetch(`${system.api.url}/api/v1${path}`, {
    headers: { authorization: `Bearer ${token}`, ...(accept === undefined ? {} : { accept }) },
  });
  return {
    status: response.status,
    headers: response.headers,
    bytes: Buffer.from(await response.arrayBuffer()),
  };
}

/** Somebody who has so many tickets of a new event of that organizer, confirmed. */
export async function withTickets(
  system: System,
  organizer: Person,
  { quantity = 1, ...fields }: Readonly<Record<string, unknown>> & { readonly quantity?: number } = {},
) {
  const roomy = { total_capacity: 200, max_tickets_per_booking: 100 };
  const event = await system.client.createEvent(organizer.token, { ...roomy, ...fields });
  const holder = await system.person();
  const { body } = await system.client.book(holder.token, event.id, quantity);
  return { event, holder, booking: body.data };
}

/** The tickets of a booking as its owner sees them. */
// biome-ignore lint/suspicious/noExplicitAny: the shape is what the tests are about
export async function ticketsOf(system: System, bookingId: string, token: string): Promise<any[]> {
  const { body } = await system.client.get(`/bookings/${bookingId}/tickets`, { token });
  return body.data.tickets;
}
