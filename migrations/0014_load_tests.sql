-- Up Migration

-- Load tests that admins started, and what came of them. One at a time in the whole installation: the index says so, and
-- whoever runs one says all the while that it is alive, so that a test whose process was killed is not in the way for ever.
create table load_test (
  id uuid primary key,
  scenario text not null,
  method text not null,
  path text not null,
  concurrent_users integer not null,
  duration_s integer not null,
  ramp_up_s integer not null,
  requests_max integer not null,
  started_by uuid not null,
  status text not null default 'running' check (status in ('running', 'completed', 'failed')),
  failure text,
  started_at timestamptz not null default now(),
  heard_at timestamptz not null default now(),
  -- Null until it asks something: events and buyers are made before.
  loaded_at timestamptz,
  ended_at timestamptz,
  -- What was running where: figures of other versions or machines are not compared unawares.
  version text not null,
  cpus integer not null,
  -- As far as it has come; null before the first second.
  figures json
);
create unique index load_test_running on load_test ((true)) where status = 'running';
create index load_test_by_start on load_test (started_at desc, id);

-- Events that load tests made for themselves. They are on no public list and in no ranking.
create table load_test_event (
  event_id uuid primary key,
  test_id uuid not null references load_test (id)
);
create index load_test_event_by_test on load_test_event (test_id);

-- Buyers that nobody is. They are used by one test after the other; between tests they cannot do anything.
create table load_test_buyer (
  user_id uuid primary key references users (id),
  test_id uuid references load_test (id)
);
create index load_test_buyer_by_test on load_test_buyer (test_id);
