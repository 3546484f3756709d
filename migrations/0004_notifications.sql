-- Up Migration

-- What a person was told, whichever way. Its id is a UUIDv7 made of when and what, so that telling the same thing again
-- writes the same row; it sorts by time. `event_id` and `seq` are null where it is about no event, or no decision.
alter table notification
  add column id uuid,
  add column title text,
  add column message text,
  add column is_internal boolean not null default false,
  add column broadcast_id uuid;
update notification set
  id = (lpad(to_hex(floor(extract(epoch from created_at) * 1000)::bigint), 12, '0') || '7'
        || lpad(to_hex(seq & 4095), 3, '0') || '8'
        || substr(md5(user_id::text || event_id::text || seq::text || type), 1, 15))::uuid,
  title = initcap(replace(type, '_', ' ')),
  message = initcap(replace(type, '_', ' ')) || coalesce(': booking ' || (data ->> 'booking_reference'), '');
alter table notification
  drop constraint notification_pkey,
  alter column event_id drop not null,
  alter column seq drop not null,
  alter column id set not null,
  alter column title set not null,
  alter column message set not null,
  add primary key (id);
create index notification_user on notification (user_id, id);
create index notification_by_broadcast on notification (broadcast_id) where broadcast_id is not null;

-- One way in which a person is told, and what became of it. What is still to be done has a `due_at`: it is claimed by
-- moving that, and null when this way has come to an end. A result counts only if nobody has claimed it since.
create table notification_delivery (
  notification_id uuid not null,
  channel text not null check (channel in ('websocket', 'push', 'email', 'sms')),
  user_id uuid not null,
  status text not null default 'queued'
    check (status in ('queued', 'delivered', 'logged', 'failed', 'refused', 'unreachable', 'dead')),
  -- Tried because no other way led to the person.
  is_fail_over boolean not null default false,
  attempts integer not null default 0,
  -- Attempts that were over when somebody had it tried anew.
  attempts_before integer not null default 0,
  due_at timestamptz default now(),
  provider_ref text,
  error text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (notification_id, channel),
  check ((due_at is not null) = (status in ('queued', 'failed')))
);
create index notification_delivery_due on notification_delivery (channel, due_at) where due_at is not null;
create index notification_delivery_dead on notification_delivery (notification_id) where status = 'dead';

-- Every attempt that was made, with its result. Only ever added to.
create table notification_attempt (
  notification_id uuid not null,
  channel text not null,
  attempt integer not null,
  result text not null,
  provider_ref text,
  error text,
  attempted_at timestamptz not null default now(),
  primary key (notification_id, channel, attempt)
);

-- What somebody wants otherwise than their kind's default: ways used first, and ways never used. The rest is for when
-- those of the first do not lead to the person.
create table notification_preference (
  user_id uuid not null,
  kind text not null,
  wanted text[] not null,
  off text[] not null,
  updated_at timestamptz not null default now(),
  primary key (user_id, kind)
);

create table push_subscription (
  endpoint text primary key,
  user_id uuid not null,
  p256dh text not null,
  auth text not null,
  created_at timestamptz not null default now()
);
create index push_subscription_user on push_subscription (user_id, created_at);

-- Something that all of an event's people are to be told. Worked off in pieces, in the order of their bookings' ids
-- (or waitlist entries'); `due_at` is claimed as a delivery's is, and null when all were told.
create table notification_broadcast (
  event_id uuid not null,
  id uuid not null,
  audience text not null check (audience in ('attendees', 'waiting')),
  created_by uuid,
  type text not null,
  title text not null,
  message text not null,
  data json not null default '{}',
  -- Null: what each person prefers.
  channels text[],
  recipients integer not null,
  told_until uuid,
  claims integer not null default 0,
  due_at timestamptz default now(),
  created_at timestamptz not null,
  finished_at timestamptz,
  primary key (event_id, id)
);
create unique index notification_broadcast_id on notification_broadcast (id);
create index notification_broadcast_due on notification_broadcast (due_at) where due_at is not null;
