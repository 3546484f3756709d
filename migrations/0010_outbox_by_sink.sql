-- Up Migration

-- Each sink has a relay of its own, so that a backlog of news never delays a payment.
drop index outbox_due;
create index outbox_due on outbox (sink, due_at);
