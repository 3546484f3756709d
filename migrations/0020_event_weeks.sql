-- Up Migration

-- The tickets of an event's weeks (from Monday on, UTC), so that which events sold most in a period is found in its whole
-- weeks and the days at its ends, not in all its days.
create table analytics_event_week (
  week date not null,
  event_id uuid not null,
  tickets bigint not null default 0,
  cancelled_tickets bigint not null default 0,
  primary key (week, event_id)
) with (fillfactor = 70);

-- Weeks follow days by themselves, whoever writes these: the version before knows of no weeks and adds up while this
-- is brought in.
create function add_event_weeks() returns trigger language plpgsql as $$
begin
  if tg_op = 'TRUNCATE' then
    truncate analytics_event_week;
    return null;
  elsif tg_op = 'INSERT' then
    insert into analytics_event_week as w (week, event_id, tickets, cancelled_tickets)
    select date_trunc('week', n.day)::date, n.event_id, sum(n.tickets), sum(n.cancelled_tickets)
      from written n group by 1, 2
        on conflict (week, event_id) do update
       set tickets = w.tickets + excluded.tickets, cancelled_tickets = w.cancelled_tickets + excluded.cancelled_tickets;
  elsif tg_op = 'UPDATE' then
    insert into analytics_event_week as w (week, event_id, tickets, cancelled_tickets)
    select date_trunc('week', d.day)::date, d.event_id, sum(d.tickets), sum(d.cancelled_tickets)
      from (select day, event_id, tickets, cancelled_tickets from written
             union all select day, event_id, -tickets, -cancelled_tickets from replaced) d
     group by 1, 2 having sum(d.tickets) <> 0 or sum(d.cancelled_tickets) <> 0
        on conflict (week, event_id) do update
       set tickets = w.tickets + excluded.tickets, cancelled_tickets = w.cancelled_tickets + excluded.cancelled_tickets;
  else
    insert into analytics_event_week as w (week, event_id, tickets, cancelled_tickets)
    select date_trunc('week', o.day)::date, o.event_id, -sum(o.tickets), -sum(o.cancelled_tickets)
      from replaced o group by 1, 2
        on conflict (week, event_id) do update
       set tickets = w.tickets + excluded.tickets, cancelled_tickets = w.cancelled_tickets + excluded.cancelled_tickets;
  end if;
  return null;
end $$;

-- Nobody adds up between the sum of what is there and the trigger.
lock table analytics_event_day in share row exclusive mode;
create trigger event_weeks_of_inserted after insert on analytics_event_day
  referencing new table as written for each statement execute function add_event_weeks();
create trigger event_weeks_of_updated after update on analytics_event_day
  referencing new table as written old table as replaced for each statement execute function add_event_weeks();
create trigger event_weeks_of_deleted after delete on analytics_event_day
  referencing old table as replaced for each statement execute function add_event_weeks();
create trigger event_weeks_of_truncated after truncate on analytics_event_day
  for each statement execute function add_event_weeks();

insert into analytics_event_week (week, event_id, tickets, cancelled_tickets)
select date_trunc('week', day)::date, event_id, sum(tickets), sum(cancelled_tickets) from analytics_event_day group by 1, 2;
