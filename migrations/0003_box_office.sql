-- Up Migration

-- How an event sells.
alter table event
  add column requires_payment boolean not null default false,
  add column hold_ttl_ms integer not null default 300000 check (hold_ttl_ms > 0),
  add column offer_ttl_ms integer not null default 900000 check (offer_ttl_ms > 0),
  add column holds_per_user_max integer not null default 4 check (holds_per_user_max > 0),
  add column refund_policy json not null default '{"type":"full"}',
  add column is_seated boolean not null default false;

-- On the actor's row, because the turn has to know before it takes envelopes, and the door before it lets any in.
alter table actor
  add column is_paused boolean not null default false,
  add column is_line_unserved boolean not null default false;

alter table tier
  add column blocked integer not null default 0,
  add column is_seated boolean not null default false,
  add column is_restricted boolean not null default false,
  add column priced_at integer not null default 1,
  drop constraint tier_check,
  add constraint tier_check check (held >= 0 and sold >= 0 and blocked >= 0 and held + sold + blocked <= capacity);

-- The seats of an event, as its organiser configured them. They never change, so they have a row of their own.
create table seating (
  event_id uuid primary key references event (event_id),
  layout json not null
);

-- Seats that are not free: held (1), sold (2) or blocked (3). The key is the last guard against selling one twice.
create table seat_taken (
  event_id uuid not null,
  seat integer not null,
  status smallint not null check (status between 1 and 3),
  booking_id uuid,
  primary key (event_id, seat)
) with (fillfactor = 80);

alter table booking
  add column seats integer[],
  add column expires_at timestamptz,
  -- As it was at first: payments that are tried one after the other do not add up.
  add column held_until timestamptz,
  add column promo_code text,
  add column entry_id uuid,
  add column payment_id uuid,
  add column replaces uuid,
  add column refund_status text check (refund_status in ('processing', 'refunded', 'failed')),
  drop constraint booking_status_check,
  add constraint booking_status_check check (status in ('pending', 'confirmed', 'cancelled', 'expired'));
create index booking_payment on booking (event_id, payment_id) where payment_id is not null;
-- An actor that wakes up reads its live holds.
create index booking_pending on booking (event_id) where status = 'pending';

create table payment (
  event_id uuid not null,
  id uuid not null,
  booking_id uuid not null,
  user_id uuid not null,
  provider text not null,
  method text not null check (method in ('token', 'checkout')),
  amount_minor bigint not null check (amount_minor > 0),
  captured_minor bigint not null default 0,
  -- Owed to the buyer or paid back already.
  refund_minor bigint not null default 0,
  state text not null default 'open' check (state in ('open', 'captured', 'failed')),
  is_cancelling boolean not null default false,
  -- The command that reports the provider's first answer.
  result_id uuid not null,
  until timestamptz not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (event_id, id),
  check (refund_minor between 0 and captured_minor)
);
create index payment_booking on payment (event_id, booking_id);
create index payment_open on payment (updated_at) where state = 'open';

create table refund (
  event_id uuid not null,
  id uuid not null,
  payment_id uuid not null,
  booking_id uuid not null,
  amount_minor bigint not null check (amount_minor > 0),
  reason text not null,
  state text not null default 'owed' check (state in ('owed', 'refunded', 'failed')),
  failure text,
  created_at timestamptz not null,
  settled_at timestamptz,
  primary key (event_id, id)
);
create index refund_booking on refund (event_id, booking_id);
create index refund_owed on refund (created_at) where state <> 'refunded';

-- What a payment is to its provider. Written outside of turns, by who talks to the provider.
create table payment_session (
  payment_id uuid primary key,
  event_id uuid not null,
  booking_id uuid not null,
  provider text not null,
  -- The client's token, gone as soon as the provider has answered.
  token text,
  provider_ref text,
  checkout_url text,
  client_secret text,
  created_at timestamptz not null default now()
);
create index payment_session_ref on payment_session (provider, provider_ref);

-- What is to be asked of providers: copied from what turns owe, because an answer may take longer than a transaction
-- should. Claimed by moving due_at, gone when it is done.
create table payment_task (
  kind text not null check (kind in ('charge', 'checkout', 'cancel', 'check', 'refund')),
  -- The payment's, or the refund's.
  id uuid not null,
  event_id uuid not null,
  payment_id uuid not null,
  booking_id uuid not null,
  amount_minor bigint not null,
  -- The command that is to report the answer, should somebody wait for it.
  result_id uuid,
  due_at timestamptz not null default now(),
  attempts integer not null default 0,
  primary key (kind, id)
);
create index payment_task_due on payment_task (due_at);

-- The books of the built-in test provider, which behaves as if it were somebody else's.
create table test_provider (
  key text primary key,
  version integer not null,
  body jsonb not null
);

create table waitlist_entry (
  event_id uuid not null,
  id uuid not null,
  user_id uuid not null,
  quantity integer not null check (quantity > 0),
  priority text not null check (priority in ('vip', 'premium', 'basic')),
  tiers smallint[],
  offer_id uuid not null,
  status text not null default 'waiting' check (status in ('waiting', 'offered', 'converted', 'lapsed', 'left')),
  passed_over integer not null default 0,
  -- The ledger number of joining: the order of the line.
  joined_seq bigint not null,
  joined_at timestamptz not null,
  offered_at timestamptz,
  ended_at timestamptz,
  primary key (event_id, id)
);
-- Not unique: that a person stands in a line once is the actor's care, and one who leaves and joins again in one
-- turn would stand in it twice for a moment.
create index waitlist_line on waitlist_entry (event_id, priority, joined_seq) where status = 'waiting';
create index waitlist_user on waitlist_entry (user_id, joined_at);

create table promo_code (
  event_id uuid not null,
  code text not null,
  discount json not null,
  uses_max integer check (uses_max > 0),
  used integer not null default 0 check (used >= 0 and (uses_max is null or used <= uses_max)),
  tiers text[],
  valid_until timestamptz,
  created_at timestamptz not null,
  primary key (event_id, code)
);
