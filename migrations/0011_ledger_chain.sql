-- Up Migration

-- Each entry carries a digest of itself and of the one before it, so that a change after the fact shows; the actor
-- carries the digest of its last entry. What is digested: src/domain/ledger-chain.ts, which says the same in JavaScript.
--
-- Turns lock an actor and then write the ledger: in the same order, neither waits for the other for ever.
lock table actor, ledger in access exclusive mode;

-- The ledger is written anew, a third of the time that filling in a column takes.
alter table ledger rename to ledger_unchained;
create table ledger (
  event_id uuid not null,
  seq bigint not null,
  command_id uuid not null,
  type text not null,
  command json not null,
  outcomes json not null,
  decided_at timestamptz not null,
  digest bytea not null check (length(digest) = 32)
);
alter table actor add column ledger_digest bytea not null
  default '\x0000000000000000000000000000000000000000000000000000000000000000' check (length(ledger_digest) = 32);

create function ledger_digest(previous bytea, entry ledger) returns bytea
language sql immutable parallel safe return sha256(convert_to(
  E'evently ledger 1\n' || entry.event_id || E'\n' || encode(previous, 'hex') || E'\n' || entry.seq || E'\n'
    || floor(extract(epoch from entry.decided_at) * 1000)::bigint || E'\n' || entry.command_id || E'\n'
    || octet_length(entry.type) || ' ' || octet_length(entry.command::text) || ' ' || octet_length(entry.outcomes::text)
    || E'\n' || entry.type || entry.command::text || entry.outcomes::text, 'UTF8'));

-- What was decided so far is chained by one walk along the key.
create aggregate ledger_chain(ledger) (
  sfunc = ledger_digest, stype = bytea,
  initcond = '\x0000000000000000000000000000000000000000000000000000000000000000'
);
insert into ledger
select l.*, ledger_chain((l.event_id, l.seq, l.command_id, l.type, l.command, l.outcomes, l.decided_at, null)::ledger)
            over (partition by l.event_id order by l.seq)
  from ledger_unchained l;
drop aggregate ledger_chain(ledger);
drop table ledger_unchained;
alter table ledger add primary key (event_id, seq), add unique (event_id, command_id);

update actor set ledger_digest = ledger.digest
  from ledger where ledger.event_id = actor.event_id and ledger.seq = actor.ledger_seq;

-- Workers of the version before, which run on while this one is brought in, write entries without a digest.
create function chain_ledger() returns trigger language plpgsql as $$
begin
  new.digest := ledger_digest(coalesce(
    (select l.digest from ledger l where l.event_id = new.event_id and l.seq = new.seq - 1),
    decode(repeat('00', 32), 'hex')), new);
  update actor set ledger_digest = new.digest where event_id = new.event_id;
  return new;
end $$;
create trigger ledger_chain before insert on ledger
  for each row when (new.digest is null) execute function chain_ledger();

-- As before, with the digest of the last entry. That without it stays for the same reason.
create function pass_fence(
  event_ids uuid[], versions bigint[], ledger_seqs bigint[], bookings integer[], urgents integer[],
  lives integer[], dues timestamptz[], paces real[], turned timestamptz[], digests bytea[]
) returns void language plpgsql as $$
declare
  passed integer;
begin
  update actor a
     set version = a.version + 1, ledger_seq = u.ledger_seq, ledger_digest = u.digest,
         bookings_decided = a.bookings_decided + u.booked, urgent_decided = a.urgent_decided + u.urgent,
         bookings_live = u.live, next_due_at = u.due, decided_per_s = u.pace, turned_at = u.at,
         activations_unclean = 0
    from unnest(event_ids, versions, ledger_seqs, bookings, urgents, lives, dues, paces, turned, digests)
      as u (event_id, version, ledger_seq, booked, urgent, live, due, pace, at, digest)
   where a.event_id = u.event_id and a.version = u.version;
  get diagnostics passed = row_count;
  if passed <> cardinality(event_ids) then
    raise exception 'fenced off: % of % actors had the expected version', passed, cardinality(event_ids)
      using errcode = 'EV001';
  end if;
end $$;
