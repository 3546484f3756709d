-- Up Migration

-- Forecasts as they were made, one a day: they are served from here, and compared with what came. None is ever changed, and
-- the keys see to it that there is one of each however many processes make them. Days are UTC.

-- Of an organiser's bookings by day and week, or, under the nil UUID, of everybody's. `made_on`: the first day forecast; all
-- days before it were known. `outlook` is what src/forecast/rolling.ts calls so.
create table forecast_made (
  scope_id uuid not null,
  made_on date not null,
  outlook jsonb,
  -- Why there is none.
  reason text,
  made_at timestamptz not null default now(),
  primary key (scope_id, made_on),
  check ((outlook is null) <> (reason is null))
);
create index forecast_made_on on forecast_made (made_on);

-- Of an event's tickets, from that day to its own: `pick_up` is what src/forecast/pick-up.ts calls so.
create table forecast_event_made (
  event_id uuid not null,
  made_on date not null,
  days_before integer not null check (days_before >= 0),
  comparable_events integer not null,
  likeness text not null,
  pick_up jsonb,
  reason text,
  made_at timestamptz not null default now(),
  primary key (event_id, made_on),
  check ((pick_up is null) <> (reason is null))
);
create index forecast_event_made_on on forecast_event_made (made_on);

-- The last day of which all forecasts are made, and who is at it: one process at a time, and whoever dies is taken over from.
create table forecast_progress (
  only_row boolean primary key default true check (only_row),
  made_on date not null default '-infinity',
  claimed_by text,
  claimed_until timestamptz not null default '-infinity'
) with (fillfactor = 10);
insert into forecast_progress default values;
