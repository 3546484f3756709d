import { z } from "zod";
import { createEventBody, updateEventBody } from "../schemas/events.ts";
import { pageFields } from "../schemas/lists.ts";
import { SEATS_PER_ROW_MAX, seatsQuery } from "../schemas/seating.ts";

const created = createEventBody.shape;
const changed = updateEventBody.shape;

const totalSeats = z.int().min(1).max(SEATS_PER_ROW_MAX);

/** 003's event: one row of seats that cost nothing, numbered from "1". What else a body holds is ignored. */
export const newEventBody = z
  .object({
    name: created.name,
    venue: created.venue.unwrap(),
    description: created.description,
    start_time: created.event_date,
    end_time: created.end_time,
    total_seats: totalSeats,
  })
  .transform(({ start_time, total_seats, ...same }) => ({
    ...same,
    event_date: start_time,
    seat_configuration: {
      sections: [{ name: "General", rows: [{ label: "1", seats: total_seats }], price: 0 }],
    },
  }));

export const changeEventBody = z.object({
  name: changed.name,
  venue: changed.venue,
  description: changed.description,
  start_time: changed.event_date,
  end_time: changed.end_time,
  total_seats: totalSeats.optional(),
});

export const newBookingBody = z.object({
  user_id: z.int().optional(),
  event_id: z.int(),
  seat_id: z.int().nullish(),
});

export const listQuery = z.object(pageFields);
export const seatListQuery = z.object({
  ...pageFields,
  status: seatsQuery.shape.status.unwrap().default("all"),
});
