-- Up Migration

-- Which price of its tier a booking was made at: the event's version that brought it, on record in the ledger with who
-- chose it. Null: the price that the tier began with, or one from before it was recorded who chose them.
alter table tier add column price_version integer;
alter table booking add column price_version integer;

-- What organisers allow rules to do with their prices. No row: nothing is set, and no rule changes a price by itself.
create table pricing_setting (
  event_id uuid primary key,
  floor_minor bigint check (floor_minor >= 0),
  ceiling_minor bigint check (ceiling_minor >= floor_minor),
  step_max real check (step_max > 0 and step_max <= 1),
  cool_down_s integer check (cool_down_s >= 60),
  is_autopilot boolean not null default false,
  updated_by uuid not null,
  updated_at timestamptz not null default now()
);

-- The autopilot's clock: one row per event that it is on for. A run has one id however often it is tried, which is the id
-- of the command it sends, so that it changes prices once.
create table pricing_run (
  event_id uuid primary key,
  due_at timestamptz not null,
  command_id uuid,
  -- Claimed until then; who has died is taken over from.
  claimed_until timestamptz,
  ran_at timestamptz,
  -- What came of the last run, in words.
  result text
) with (fillfactor = 70);
create index pricing_run_due on pricing_run (due_at);

-- A price history is read from the ledger itself, which has few entries of these kinds among many bookings.
create index ledger_events on ledger (event_id, seq) where type in ('EventCreated', 'EventChanged');
