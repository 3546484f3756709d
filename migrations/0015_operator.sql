-- Up Migration

-- What access tokens and the links of password resets are signed with, where JWT_SECRET is not set. The newest whose time
-- has come signs; it signs only once every process had time to learn of it. One that was followed by another verifies
-- until everything that it signed has run out, and goes.
create table token_key (
  number integer primary key,
  secret text not null,
  made_at timestamptz not null default now(),
  signs_from timestamptz not null,
  -- The longest that anything signed with it lives, as far as the processes that sign have said; never below an hour,
  -- which is how long a password can be reset.
  ttl_s_max integer not null default 3600
);
insert into token_key (number, secret, signs_from)
select 1, value, now() from setting where name = 'jwt_secret';
-- Tokens that were signed before this version, by processes that could not say for how long.
update token_key set ttl_s_max = 2592000;

-- Booking workers, as they report themselves every few seconds. Rows of those that are gone are cleared away by others.
create table worker (
  id uuid primary key,
  name text not null,
  port integer,
  started_at timestamptz not null default now(),
  seen_at timestamptz not null default now(),
  -- What an operator wants of it, and what it does.
  is_wanted boolean not null default true,
  state text not null default 'working' check (state in ('working', 'draining', 'drained')),
  -- Which actors are awake in it: how many, and which ones, told after somebody asked. Ages are of the time it was told.
  awake_count integer not null default 0,
  asked_at timestamptz,
  awake json,
  told_at timestamptz
);

-- What became of a dead letter that somebody looked at: sent again, with the id that its command had then, or given up.
alter table dead_letter
  add column settled_at timestamptz,
  add column settlement text check (settlement in ('retried', 'dropped')),
  add column settled_by text,
  add column settled_why text,
  add column retried_as uuid,
  add check ((settled_at is null) = (settlement is null));
