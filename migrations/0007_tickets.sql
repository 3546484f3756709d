-- Up Migration

-- Which issue of a booking's tickets is valid, and which of them were used: {ticket, at, by} each. Null: none.
alter table booking
  add column issue smallint not null default 1,
  add column check_ins jsonb;
-- Who is counted at the door, and nobody else.
create index booking_checked_in on booking (event_id, tier) where check_ins is not null;
