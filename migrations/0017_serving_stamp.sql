-- The stamp: how changes become visible in the order of their commits.
--
-- Every write to a table behind a RESO view marks the touched records dirty (statement triggers). Before the
-- transaction commits, a deferred trigger refreshes exactly those records in the served tables under one lock, which is
-- held until the commit. Stamps are numbered under that lock, so their order is the commit order: a reader that has
-- seen stamp n will never be shown a smaller one later.

-- ----- mls.stamp_seq: the last stamp given out -----
create sequence mls.stamp_seq as bigint;
comment on sequence mls.stamp_seq is
  'Last stamp: microseconds since 1970, strictly increasing. Read and set only under the lock of mls.lock_stamps().';

-- ----- mls.lock_stamps() -----
create function mls.lock_stamps() returns void
language plpgsql volatile set search_path = ''
as $$
begin
  if current_setting('transaction_isolation') <> 'read committed' then
    raise exception 'what is served can only be changed in read committed transactions'
      using hint = 'An older snapshot would hide what other transactions committed meanwhile.', errcode = '0A000';
  end if;
  perform pg_advisory_xact_lock(7305411);
end $$;
comment on function mls.lock_stamps() is
  'Waits until this transaction is the only one that refreshes served rows; held until its end. Raises 0A000 above read committed.';

-- ----- mls.take_stamps(bigint) -----
create function mls.take_stamps(amount bigint) returns bigint
language plpgsql volatile set search_path = ''
as $$
declare
  last_stamp bigint;
  first_stamp bigint;
begin
  select last_value into last_stamp from mls.stamp_seq;
  -- another millisecond than the last: who cuts stamps to milliseconds has then seen all or nothing of a transaction
  first_stamp := greatest((extract(epoch from clock_timestamp()) * 1000000)::bigint, (last_stamp / 1000 + 1) * 1000);
  if amount > 0 then
    perform setval('mls.stamp_seq', first_stamp + amount - 1);
  end if;
  return first_stamp;
end $$;
comment on function mls.take_stamps(bigint) is
  'Reserves that many consecutive stamps, in milliseconds that no call had before, and returns the first. One number serves as time (ModificationTimestamp) and as sequence (EntityEvent).';

-- ----- mls.stamp_time(bigint) -----
create function mls.stamp_time(stamp bigint) returns timestamptz
language plpgsql immutable parallel safe set search_path = ''
as $$
begin
  return 'epoch'::timestamptz + (stamp / 1000000) * interval '1 second' + (stamp % 1000000) * interval '1 microsecond';
end $$;
comment on function mls.stamp_time(bigint) is 'The time of a stamp, exact to the microsecond.';
grant execute on function mls.stamp_time(bigint) to mls_api_read;
