-- Up Migration

-- What a request with a key was answered, where that cannot be read again from what it changed.
alter table idempotency_key add column reply json;
