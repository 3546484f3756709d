-- Up Migration

-- A traced request is followed to what it caused. These are null for nearly all: few requests are traced, and a column that
-- is null takes no room. `traces` of a range: ledger number → W3C traceparent.
alter table outbox add column traces json;
alter table notification_delivery add column trace text;
alter table payment_task add column trace text;

-- Spans of one trace as one process wrote them at one time. Traces say how things went, not what is true: they are not worth
-- a log, and are gone after a crash of the server. Rows are few and bounded, see src/store/traces/purge.ts.
create unlogged table trace_part (
  part_id bigint generated always as identity primary key,
  trace_id text not null,
  -- How long it is kept: 0 like others, 1 slow, 2 failed. The same in all parts of a trace.
  rank smallint not null,
  written_at timestamptz not null default now(),
  bytes integer not null,
  spans json not null,
  -- Of the request that the trace began with here, in the part that holds it; null in the others.
  started_at timestamptz,
  method text,
  route text,
  status smallint,
  duration_ms float8
);
create index trace_part_trace on trace_part (trace_id);
create index trace_part_request on trace_part (started_at desc, part_id desc) where started_at is not null;
create index trace_part_age on trace_part (rank, written_at);

-- All requests, traced or not: what a process answered in a minute.
create unlogged table request_minute (
  minute timestamptz not null,
  process_id uuid not null,
  requests integer not null,
  elapsed_ms float8 not null,
  slow integer not null,
  failed integer not null,
  primary key (minute, process_id)
);
