-- Up Migration

-- When an activation was marked last. Workers that wake up for the same event mark it within moments of each other, and
-- that is one beginning; whoever died and was started again comes later.
alter table actor add column activation_marked_at timestamptz;
