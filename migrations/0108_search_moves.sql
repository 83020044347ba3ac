-- What a listing was sorted by before it changed. A walk by price or by distance keeps the order that it began with, so that
-- no listing comes twice and none that stayed is passed over, whatever becomes of prices meanwhile.

-- ----- mls.search_moves: places in the order that were left -----
-- Made by which transaction, and not when: a snapshot knows which of them it has seen, and a clock does not.
create table mls.search_moves (
  id bigint generated always as identity primary key,
  record_id uuid not null,
  made_by xid8 not null default pg_current_xact_id(),
  office_key text,
  is_published boolean not null default true,
  price bigint,
  latitude double precision,
  longitude double precision,
  moved_at timestamptz not null default clock_timestamp()
);
comment on table mls.search_moves is
  'Price and place that a searched listing had before a transaction changed them. Written by triggers of public.served_property and, without office_key, of mls.website_search; kept for a day.';
create index search_moves_record on mls.search_moves (record_id, id);
create index search_moves_made_by on mls.search_moves (made_by);
alter table mls.search_moves enable row level security;
alter table mls.search_moves force row level security;
grant select on mls.search_moves to mls_api_read;
grant select, delete on mls.search_moves to service_role;
-- the prices of websites are anybody's; what a listing cost before it was published is not told to who sees only that
create policy api_read on mls.search_moves for select to mls_api_read
  using (office_key is null or (
    office_key = any ((select mls.claim_offices())::text[])
    and (is_published or not (select mls.claim_published_only()))));
insert into public.mls_retention_rules (table_name, time_column, keep, condition, reason) values
  ('mls.search_moves', 'moved_at', '1 day', null, 'A walk by cursor ends within a day.');

-- ----- mls.note_move(): row trigger -----
create function mls.note_move() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  insert into mls.search_moves (record_id, office_key, is_published, price, latitude, longitude)
  values (old.record_id, old.office_key, old.is_published, old."ListPrice", old."Latitude", old."Longitude");
  return null;
end $$;
comment on function mls.note_move() is 'Row trigger: a served listing gets another price or place.';
create trigger moved after update on public.served_property for each row
  when (not old.is_deleted and (old."ListPrice" is distinct from new."ListPrice"
    or old."Latitude" is distinct from new."Latitude" or old."Longitude" is distinct from new."Longitude"))
  execute function mls.note_move();

-- ----- mls.note_website_move(): row trigger -----
create function mls.note_website_move() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  insert into mls.search_moves (record_id, price, latitude, longitude)
  values (old.record_id, old."ListPrice", old."Latitude", old."Longitude");
  return null;
end $$;
comment on function mls.note_website_move() is 'Row trigger: a listing of a website gets another price or place.';
create trigger moved after update on mls.website_search for each row
  when (old."ListPrice" is distinct from new."ListPrice"
    or old."Latitude" is distinct from new."Latitude" or old."Longitude" is distinct from new."Longitude")
  execute function mls.note_website_move();
