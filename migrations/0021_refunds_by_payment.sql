-- Up Migration

-- What a payment's refunds come to is asked payment by payment when books are audited: without this, each page of payments
-- reads all refunds of its event.
create index refund_payment on refund (event_id, payment_id);
