-- Up Migration

-- Where organisers are told of what is decided about their events.
create table webhook_endpoint (
  id uuid primary key,
  owner_id uuid not null references users (id),
  -- Null: all events of the owner.
  event_id uuid,
  url text not null,
  description text,
  -- Which outcomes, by the names of the API; null: all.
  types text[],
  -- As signing needs it: a message authentication code cannot be made with a digest of its key.
  secret bytea not null,
  secret_version integer not null default 1,
  -- The one before, with which messages are signed too until its time is up.
  old_secret bytea,
  old_secret_until timestamptz,
  is_active boolean not null default true,
  disabled_reason text check (disabled_reason in ('owner', 'gone', 'failing')),
  disabled_at timestamptz,
  -- Since when nothing at all was taken; null: the last attempt succeeded.
  failing_since timestamptz,
  -- It asked to be left alone until then.
  rest_until timestamptz not null default now(),
  -- Halved where a message was too long for it.
  message_bytes_max integer not null default 524288 check (message_bytes_max > 0),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  check (is_active = (disabled_reason is null))
);
create index webhook_endpoint_owner on webhook_endpoint (owner_id, id);

-- How far an endpoint has been told of an event's ledger. One row per pair, changed only by who has claimed it.
create table webhook_cursor (
  event_id uuid not null,
  endpoint_id uuid not null references webhook_endpoint (id) on delete cascade,
  -- Up to here everything was taken.
  sent_seq bigint not null,
  -- Up to here there is nothing more that the endpoint wants.
  scanned_seq bigint not null,
  -- The message that is under way ends here; it stays the same message until it was taken.
  to_seq bigint,
  attempts integer not null default 0,
  failing_since timestamptz,
  -- Claimed by moving it.
  due_at timestamptz not null default now(),
  -- Counts the claims: whoever was claimed from can no longer write.
  claim bigint not null default 0,
  primary key (event_id, endpoint_id),
  check (sent_seq <= scanned_seq and (to_seq is null or to_seq > scanned_seq))
) with (fillfactor = 50);
create index webhook_cursor_endpoint on webhook_cursor (endpoint_id);

-- Every attempt that was made, tests included. Only ever added to, and cleared away after a month.
create table webhook_attempt (
  endpoint_id uuid not null references webhook_endpoint (id) on delete cascade,
  id uuid not null,
  -- The message's own id, the same for all attempts at it.
  message_id text not null,
  -- Null for a test.
  event_id uuid,
  from_seq bigint,
  to_seq bigint,
  attempt integer not null,
  is_delivered boolean not null,
  status_code integer,
  error text,
  duration_ms integer not null,
  attempted_at timestamptz not null default now(),
  next_attempt_at timestamptz,
  primary key (endpoint_id, id)
);
create index webhook_attempt_age on webhook_attempt (attempted_at);

-- An organiser's events are looked for by every endpoint that listens to all of them.
create index event_owner on event (created_by, event_id);
