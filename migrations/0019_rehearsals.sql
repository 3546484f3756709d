-- Up Migration

-- Rehearsals of sales that organisers started over HTTP. A rehearsal reads an event's ledger and writes nothing but its
-- own row here; the last few of each event are kept.
create table rehearsal (
  event_id uuid not null,
  id uuid not null,
  asked_by uuid not null,
  state text not null default 'running' check (state in ('running', 'done', 'failed')),
  -- What was asked for, without the rows of a demand that was sent along.
  asked json not null,
  progress real not null default 0 check (progress between 0 and 1),
  result json,
  failure text,
  asked_at timestamptz not null default clock_timestamp(),
  -- Moved on by the process that runs it: one that has not moved for a while is not run by anybody any more.
  beat_at timestamptz not null default clock_timestamp(),
  ended_at timestamptz,
  primary key (event_id, id),
  check ((state = 'done') = (result is not null) and (state = 'failed') = (failure is not null)
     and (state = 'running') = (ended_at is null))
);
create index rehearsal_running on rehearsal (asked_by) where state = 'running';
