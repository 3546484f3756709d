-- Up Migration

-- Integers that stand for UUIDs on surface B. One is given out when something is first shown there, and stays for ever.
-- Of no event: a number is one thing in the whole installation. Events have theirs in event.number already, and a
-- seat's is made of its event's and its own.
create table alias (
  kind text not null check (kind in ('user', 'booking', 'waitlist_entry', 'notification')),
  id uuid not null,
  number bigint not null,
  primary key (kind, id),
  unique (kind, number)
);

-- The largest integer that every client reads exactly.
create sequence alias_user maxvalue 9007199254740991;
create sequence alias_booking maxvalue 9007199254740991;
create sequence alias_waitlist_entry maxvalue 9007199254740991;
create sequence alias_notification maxvalue 9007199254740991;

-- In whose name a trusted gateway acts that names no person. Nobody can log in as it: it is inactive, and its password
-- is the digest of dice that nobody saw.
insert into users (id, email, password_hash, name, is_active)
select '00000000-0000-7000-8000-000000000001', 'gateway@evently.invalid',
       '$argon2id$v=19$m=19456,t=2,p=1$' || rtrim(encode(uuid_send(gen_random_uuid()), 'base64'), '=')
         || '$' || rtrim(encode(sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())), 'base64'), '='),
       'gateway', false;
