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

insert into analytics_event_week (week, event_id, tickets, cancelled_tickets)
select date_trunc('week', day)::date, event_id, sum(tickets)::bigint, sum(cancelled_tickets)::bigint
  from analytics_event_day group by 1, 2;
