-- Up Migration

-- What ledgers come to, added up. All of it but what the API counts itself (`analytics_tally`) is made of the ledger
-- alone, entry by entry in order (src/analytics), and can be thrown away and made again: `npm run analytics:rebuild`.
-- What each measure is stands in src/analytics/measures.ts. Days are UTC. Money is in minor units of `currency`.
-- `scope_id` is an organiser, or the nil UUID for everybody together: what is asked for often is added up already.

create table analytics_measures (
  requests bigint not null default 0,
  requested_tickets bigint not null default 0,
  refused bigint not null default 0,
  refused_tickets bigint not null default 0,
  withdrawn bigint not null default 0,
  held bigint not null default 0,
  held_tickets bigint not null default 0,
  expired bigint not null default 0,
  abandoned bigint not null default 0,
  paid bigint not null default 0,
  captured_minor bigint not null default 0,
  payments_failed bigint not null default 0,
  bookings bigint not null default 0,
  tickets bigint not null default 0,
  booked_minor bigint not null default 0,
  cancelled bigint not null default 0,
  cancelled_tickets bigint not null default 0,
  cancelled_minor bigint not null default 0,
  cancelled_by_event bigint not null default 0,
  exchanged_minor bigint not null default 0,
  refunds_owed_minor bigint not null default 0,
  refunds bigint not null default 0,
  refunded_minor bigint not null default 0,
  waitlisted bigint not null default 0,
  waitlisted_tickets bigint not null default 0,
  waitlist_left bigint not null default 0,
  offers bigint not null default 0,
  offered_tickets bigint not null default 0,
  lapsed bigint not null default 0,
  declined bigint not null default 0,
  converted bigint not null default 0,
  converted_tickets bigint not null default 0,
  transferred bigint not null default 0,
  checked_in bigint not null default 0
);

-- One row per event: how far its ledger was added up (`seq`), how it stands there, and everything so far.
create table analytics_event (
  event_id uuid primary key,
  seq bigint not null,
  decided_at timestamptz not null,
  owner_id uuid not null,
  currency text not null,
  category text not null,
  status text not null,
  capacity integer not null,
  -- Parties that stand in line.
  waiting integer not null,
  -- Confirmed bookings of the 24 hours up to that which begins at `hour_at`, and the best hour of all.
  hour_at timestamptz,
  hours integer[] not null,
  peak_at timestamptz,
  peak_bookings integer not null,
  like analytics_measures including defaults
) with (fillfactor = 50);
create index analytics_event_owner on analytics_event (owner_id);

-- The same measures by the day on which each thing was decided.
create table analytics_event_day (
  event_id uuid not null,
  day date not null,
  like analytics_measures including defaults,
  primary key (event_id, day)
) with (fillfactor = 70);
-- Which events sold most in a period is found in the index alone: the rows are wide.
create index analytics_event_day_sold on analytics_event_day (day, event_id) include (tickets, cancelled_tickets);

create table analytics_day (
  scope_id uuid not null,
  currency text not null,
  day date not null,
  like analytics_measures including defaults,
  primary key (scope_id, currency, day)
) with (fillfactor = 50);

drop table analytics_measures;

-- What was sold of each tier. An exchange moves tickets from one to another, hence the signs of `exchanged_…`.
create table analytics_sales (
  bookings bigint not null default 0,
  tickets bigint not null default 0,
  booked_minor bigint not null default 0,
  cancelled bigint not null default 0,
  cancelled_tickets bigint not null default 0,
  cancelled_minor bigint not null default 0,
  exchanged bigint not null default 0,
  exchanged_tickets bigint not null default 0,
  exchanged_minor bigint not null default 0
);

create table analytics_tier (
  event_id uuid not null,
  tier smallint not null,
  name text not null,
  capacity integer not null,
  -- The price at present.
  price_minor bigint not null,
  like analytics_sales including defaults,
  primary key (event_id, tier)
) with (fillfactor = 50);

create table analytics_tier_day (
  event_id uuid not null,
  tier smallint not null,
  day date not null,
  like analytics_sales including defaults,
  primary key (event_id, tier, day)
) with (fillfactor = 70);

-- By the names of tiers, and by the categories that events have at present ('' where they have none).
create table analytics_category_day (
  scope_id uuid not null,
  currency text not null,
  kind text not null check (kind in ('tier', 'event')),
  name text not null,
  day date not null,
  like analytics_sales including defaults,
  primary key (scope_id, currency, kind, name, day)
) with (fillfactor = 50);

drop table analytics_sales;

-- What is counted by reason. `refused` is the ledger's; `viewed` and `turned_away` (refused before the line, where the
-- ledger never hears of it) are counted by the API, and are the only figures that a rebuild leaves as they are.
create table analytics_tally (
  event_id uuid not null,
  day date not null,
  what text not null check (what in ('refused', 'viewed', 'turned_away')),
  reason text not null,
  requests bigint not null,
  tickets bigint not null,
  primary key (event_id, day, what, reason)
) with (fillfactor = 70);

create table analytics_tally_day (
  scope_id uuid not null,
  day date not null,
  what text not null,
  reason text not null,
  requests bigint not null,
  tickets bigint not null,
  primary key (scope_id, day, what, reason)
) with (fillfactor = 50);

-- The last minutes of everything, for whoever looks on. Cleared away after a day.
create table analytics_minute (
  minute timestamptz not null,
  event_id uuid not null,
  requests bigint not null,
  refused bigint not null,
  held bigint not null,
  bookings bigint not null,
  tickets bigint not null,
  cancelled bigint not null,
  waitlisted bigint not null,
  primary key (minute, event_id)
) with (fillfactor = 70);

-- People by what they have booked: bookings, tickets and spend are of what stands, `last_at` is of the latest there was.
create table analytics_person (
  scope_id uuid not null,
  currency text not null,
  user_id uuid not null,
  bookings integer not null,
  tickets integer not null,
  spend_minor bigint not null,
  last_at timestamptz not null,
  primary key (scope_id, currency, user_id)
) with (fillfactor = 70);

-- How many people there are of each kind, kept as they change, so that nobody counts people to say so.
-- `spend_step` is src/analytics/people.ts's.
create table analytics_people (
  scope_id uuid not null,
  currency text not null,
  last_day date not null,
  bookings smallint not null,
  spend_step smallint not null,
  people bigint not null,
  bookings_sum bigint not null,
  spend_minor bigint not null,
  primary key (scope_id, currency, last_day, bookings, spend_step)
) with (fillfactor = 50);

-- What later entries do not say again: the live bookings as of `seq`, and the refunds that are owed.
create table analytics_booking (
  event_id uuid not null,
  booking_id uuid not null,
  user_id uuid not null,
  tier smallint not null,
  quantity integer not null,
  unit_price_minor bigint not null,
  is_held boolean not null,
  is_offer boolean not null,
  primary key (event_id, booking_id)
) with (fillfactor = 85);

create table analytics_refund (
  event_id uuid not null,
  refund_id uuid not null,
  amount_minor bigint not null,
  primary key (event_id, refund_id)
);

-- Up to which moment everything that was decided is added up; and since when a rebuild goes on, if one does.
create table analytics_progress (
  only_row boolean primary key default true check (only_row),
  caught_up_at timestamptz,
  rebuilding_since timestamptz
) with (fillfactor = 10);
insert into analytics_progress default values;
