-- Up Migration

-- The latest password reset that somebody asked for. A new one takes the row of the one before, whose link ends with
-- it. No secret: the link carries a MAC of the id.
create table password_reset (
  user_id uuid primary key references users (id),
  id uuid not null unique,
  asked_at timestamptz not null default now(),
  expires_at timestamptz not null,
  ended_at timestamptz
);

-- Who changed what about whom. Only ever added to. No foreign keys: it outlives whom it tells of.
create table admin_audit (
  id uuid primary key,
  at timestamptz not null default now(),
  -- Null where nobody in particular did it, such as the holder of the admin-creation token.
  actor_id uuid,
  actor text not null,
  action text not null,
  subject_id uuid not null,
  changes json not null
);
create index admin_audit_subject on admin_audit (subject_id, id);

-- There are few; whoever takes one away looks whether another is left.
create index user_admins on users (id) where role = 'admin' and is_active;
