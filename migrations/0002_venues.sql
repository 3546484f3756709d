-- Up Migration

-- Places where events are held. Written rarely and read with events: a reference table.
create table venue (
  id uuid primary key,
  name text not null,
  address text,
  city text,
  state text,
  country text,
  postal_code text,
  capacity integer check (capacity > 0),
  -- Not jsonb: it is given back as it came, fields in their order.
  layout_config json not null,
  created_by uuid not null,
  version integer not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index venue_name on venue (name, id);

-- No foreign key: an event is the unit of placement, and venues are never removed.
alter table event add column venue_id uuid;
create index event_venue on event (venue_id, starts_at) where venue_id is not null;
