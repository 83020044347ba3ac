-- Pictures: what is stored by content, and the queue of what is to be copied and made smaller.
--
--   row of mls_listing_media --trigger--> job "copy" --lease--> fetched, hashed, its first bytes looked at
--     content known, sizes made -----------------------------> row stored, job gone
--     content new: mls_media_files + job "variants" ; the job "copy" waits for the content
--   job "variants" --lease (npm run worker)--> sizes made ---> all rows that wait for the content stored
--
-- A lease moves next_attempt_at to its own end: what a killed worker held is due again by itself.

-- ===== files =====

-- ----- mls_media_files: one row per content and market -----
create table public.mls_media_files (
  tenant_id uuid not null references public.mls_tenants (id),
  sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
  bytes bigint not null,
  mime_type text not null,
  width integer,
  height integer,
  thumbhash text,
  dominant_colour text check (dominant_colour ~ '^#[0-9a-f]{6}$'),
  difference_hash bigint,
  variants jsonb not null default '{}' check (jsonb_typeof(variants) = 'object'),
  original_bucket text,
  original_path text,
  flags text[] not null default '{}',
  status text not null default 'copied' check (status in ('copied', 'suspect', 'ready', 'failed', 'removing')),
  error_code text,
  error text,
  remove_after timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (tenant_id, sha256)
);
comment on table public.mls_media_files is
  'Pictures by their content: the same one at two listings of a market is stored once. Rows of mls_listing_media point here by file_sha256; what none points to is removed after a while.';
comment on column public.mls_media_files.sha256 is 'SHA-256 of the original, in hex.';
comment on column public.mls_media_files.variants is
  'What is published of it, by name (thumbnail, medium, large, jpeg, plain): {path, bytes, mime_type, width, height}, paths in the bucket mls-public. plain is the original without metadata, for where no worker makes the others.';
comment on column public.mls_media_files.width is 'Of the original, as it is shown, with its orientation applied.';
comment on column public.mls_media_files.thumbhash is 'A placeholder of some 25 bytes, in base64 (evanw/thumbhash).';
comment on column public.mls_media_files.difference_hash is
  '64 bits, one per neighbouring pair in 9 x 8 grey points: pictures that look the same differ in few bits, whatever their size and format.';
comment on column public.mls_media_files.original_path is 'Where the bytes of the source are, in original_bucket (private); null once they are dropped.';
comment on column public.mls_media_files.flags is 'truncated: the file ends too early and was taken after a second download brought the same.';
comment on column public.mls_media_files.status is
  'copied (variants wait for a worker), suspect (seems broken, is fetched once more), ready, failed (error_code says why), removing.';
comment on column public.mls_media_files.remove_after is 'When it is removed unless something shows it by then; null while something does.';
create index mls_media_files_removal on public.mls_media_files (remove_after) where remove_after is not null;
create index mls_media_files_look on public.mls_media_files (tenant_id, difference_hash) where difference_hash is not null;
create trigger touch before update on public.mls_media_files for each row execute function mls.touch_updated_at();
alter table public.mls_media_files enable row level security;
alter table public.mls_media_files force row level security;
grant select on public.mls_media_files to authenticated;
grant select, insert, update, delete on public.mls_media_files to service_role;
create policy file_read on public.mls_media_files for select to authenticated
  using (
    tenant_id = any ((select mls.visible_tenant_ids())::uuid[]) and (select mls.can('r'))
    -- a name in the public bucket opens the picture: of a draft it is known to those who see the draft
    and exists (
      select from public.mls_listing_media m where m.tenant_id = mls_media_files.tenant_id and m.file_sha256 = mls_media_files.sha256)
  );

-- ===== the queue =====

-- ----- mls_media_jobs: what is to be copied, and contents whose sizes are to be made -----
create table public.mls_media_jobs (
  id bigint generated always as identity primary key,
  kind text not null check (kind in ('copy', 'variants')),
  tenant_id uuid not null references public.mls_tenants (id),
  media_id uuid unique references public.mls_listing_media (id) on delete cascade,
  sha256 text,
  address text,
  lane text,
  attempts integer not null default 0,
  next_attempt_at timestamptz not null default clock_timestamp(),
  lease_token uuid,
  leased_at timestamptz,
  last_error_code text,
  last_error text,
  asked_at timestamptz not null default clock_timestamp(),
  foreign key (tenant_id, sha256) references public.mls_media_files (tenant_id, sha256) on delete cascade,
  check ((kind = 'copy') = (media_id is not null)),
  check (kind = 'copy' or sha256 is not null)
);
comment on table public.mls_media_jobs is
  'Pictures that wait: a copy for a row of mls_listing_media, variants for a content. A row goes when that is done, or when it is clear that it cannot be.';
comment on column public.mls_media_jobs.sha256 is 'Of variants: whose. Of a copy: the content that was fetched, while its variants are made; then next_attempt_at is infinity.';
comment on column public.mls_media_jobs.next_attempt_at is 'When it is due. A lease moves it to the end of the lease.';
create index mls_media_jobs_due on public.mls_media_jobs (kind, lane, next_attempt_at);
create index mls_media_jobs_address on public.mls_media_jobs using hash (address);
create unique index mls_media_jobs_variants on public.mls_media_jobs (tenant_id, sha256) where kind = 'variants';
create index mls_media_jobs_content on public.mls_media_jobs (tenant_id, sha256) where kind = 'copy' and sha256 is not null;
alter table public.mls_media_jobs enable row level security;
alter table public.mls_media_jobs force row level security;
grant select, insert, update, delete on public.mls_media_jobs to service_role;

-- ===== what only its source can help =====

-- ----- mls.wanted_addresses: pictures whose address is over -----
create table mls.wanted_addresses (
  media_id uuid primary key references public.mls_listing_media (id) on delete cascade,
  office_key text not null,
  asked integer not null default 0,
  wanted_since timestamptz not null default clock_timestamp(),
  due_at timestamptz not null default clock_timestamp()
);
comment on table mls.wanted_addresses is
  'Pictures that only their source can help: their address is over, or there never was one. asked: how often the source was asked; due_at: when it is asked next, later each time. A row goes when the picture is stored; until then it is remembered how often was asked, whatever addresses came meanwhile.';
create index wanted_addresses_due on mls.wanted_addresses (office_key, due_at);
alter table mls.wanted_addresses enable row level security;
alter table mls.wanted_addresses force row level security;
grant select, insert, update, delete on mls.wanted_addresses to service_role;

-- ===== what a row asks for =====

-- ----- mls.shown_address(mls_listing_media, jsonb) -----
create function mls.shown_address(media public.mls_listing_media, rules jsonb) returns text
language sql immutable parallel safe set search_path = ''
as $$
  select case
    when media.source_url is null then null
    when media.media_category not in ('image', 'floorplan') then media.source_url
    when rules ->> 'hotlink' = 'allowed' then media.source_url
  end
$$;
comment on function mls.shown_address(public.mls_listing_media, jsonb) is
  'What is shown of a file without a copy: the source''s address where its rules allow that, else nothing.';

-- ----- mls.address_changed(text, text, jsonb) -----
create function mls.address_changed(old_address text, new_address text, rules jsonb) returns boolean
language sql immutable parallel safe set search_path = ''
as $$
  select case
    -- a signature that is new with every reading makes no other picture
    when rules ->> 'hotlink' = 'expires' then split_part(old_address, '?', 1) is distinct from split_part(new_address, '?', 1)
    else old_address is distinct from new_address
  end
$$;
comment on function mls.address_changed(text, text, jsonb) is 'Whether two addresses of a source mean different files.';

-- ----- mls.wants_copy(mls_listing_media) -----
create function mls.wants_copy(media public.mls_listing_media) returns boolean
language sql immutable parallel safe set search_path = ''
as $$
  select media.media_category in ('image', 'floorplan') and media.listing_id is not null
    and not mls.is_held_back(media) and not media.origin_deleted
    and (media.storage_path is not null or coalesce(media.source_url ~* '^https?://[^/?#[:space:]]', false))
$$;
comment on function mls.wants_copy(public.mls_listing_media) is
  'Whether a file is a picture that may be shown, with bytes to be had. One whose listing is not here yet waits for it. What is held back is not copied: no door would show the copy, and the address of a copy opens for everybody who has it.';

-- ----- mls.decide_copy(): row trigger of mls_listing_media -----
create function mls.decide_copy() returns trigger
language plpgsql security definer set search_path = ''
as $$
declare
  is_new constant boolean := tg_op = 'INSERT';
  rules jsonb;
  shown jsonb;
begin
  if is_new then
    new.source_url := coalesce(new.source_url, new.media_url);
  elsif new.media_url is distinct from old.media_url and new.storage_path is null and new.copy_status = old.copy_status
    and new.copy_status <> 'stored' and new.source_url is not distinct from old.source_url
    and new.resolution_urls is not distinct from old.resolution_urls then
    -- whoever writes an address by hand means that of the source
    new.source_url := new.media_url;
  end if;

  if not mls.wants_copy(new) then
    if is_new or new.copy_status is distinct from 'linked' or new.source_url is distinct from old.source_url
      or new.media_category is distinct from old.media_category then
      rules := mls.media_rules(new.originating_office_key, new.origin_system);
      new.media_url := mls.shown_address(new, rules);
      new.resolution_urls := case when new.file_sha256 is null then new.resolution_urls end;
      new.file_sha256 := null;
      new.copy_error := null;
      new.copy_asked_at := null;
      new.copy_status := case when new.media_category in ('image', 'floorplan') and new.storage_path is not null then 'pending' else 'linked' end;
    end if;
  elsif is_new or not mls.wants_copy(old) or new.source_url is distinct from old.source_url or new.source_stamp > old.source_stamp then
    rules := mls.media_rules(new.originating_office_key, new.origin_system);
    if not (rules ->> 'copy')::boolean and new.storage_path is null then
      new.media_url := mls.shown_address(new, rules);
      new.copy_status := case when new.media_url is null then 'forbidden' else 'linked' end;
      new.copy_asked_at := null;
    elsif is_new or not mls.wants_copy(old) or mls.address_changed(old.source_url, new.source_url, rules)
      or new.copy_status = 'failed' then
      -- the copy that is shown stays until the next one is there: one change, not two
      new.media_url := case when new.file_sha256 is null then mls.shown_address(new, rules) else new.media_url end;
      new.copy_status := 'pending';
      new.copy_error := null;
      new.copy_asked_at := clock_timestamp();
    elsif new.source_stamp > old.source_stamp or new.copy_status = 'pending' or new.copy_error is not null then
      -- also a second look that an old address had not allowed
      new.copy_error := null;
      new.copy_asked_at := clock_timestamp();
    end if;
  end if;

  -- sizes are those of what is shown, whatever the source says of its own file
  shown := coalesce(new.resolution_urls -> 'large', new.resolution_urls -> 'plain');
  if new.file_sha256 is not null and jsonb_typeof(shown) = 'object' then
    new.mime_type := shown ->> 'mime_type';
    new.image_width := (shown ->> 'width')::integer;
    new.image_height := (shown ->> 'height')::integer;
    new.file_size_bytes := (shown ->> 'bytes')::bigint;
  end if;
  return new;
end $$;
comment on function mls.decide_copy() is
  'Row trigger: whether a file is copied, and what is shown of it meanwhile. New or changed addresses and newer stamps of the source ask for a copy; what is hidden, withdrawn or turns out to be a document loses its copy. Security definer: brokers write rows, rules of sources are not theirs to read.';
create trigger decide_copy before insert or update on public.mls_listing_media
  for each row when (new.shared_from is null) execute function mls.decide_copy();

-- ----- mls.queue_media(): statement trigger of mls_listing_media -----
create function mls.queue_media() returns trigger
language plpgsql security definer set search_path = ''
as $$
declare
  asking uuid[];
begin
  if tg_op = 'INSERT' then
    select array_agg(n.id) into asking from new_rows n where n.copy_asked_at is not null and n.shared_from is null;
  else
    delete from public.mls_media_jobs j
    using new_rows n join old_rows o on o.id = n.id
    where n.copy_asked_at is null and o.copy_asked_at is not null and j.media_id = n.id;
    delete from mls.wanted_addresses w
    using new_rows n join old_rows o on o.id = n.id
    where n.copy_asked_at is null and o.copy_asked_at is not null and w.media_id = n.id;
    select array_agg(n.id) into asking from new_rows n join old_rows o on o.id = n.id
    where n.shared_from is null and n.copy_asked_at is not null and n.copy_asked_at is distinct from o.copy_asked_at;
  end if;
  perform mls.ask_for_copies(asking);
  return null;
end $$;
comment on function mls.queue_media() is 'Statement trigger: what asks for a copy waits for it from the end of this transaction on.';

-- ----- mls.ask_for_copies(uuid[]) -----
create function mls.ask_for_copies(media uuid[]) returns void
language plpgsql volatile security definer set search_path = ''
as $$
begin
  if media is null then
    return;
  end if;
  -- of what is linked nobody has a copy to compare with: the source's word is taken
  update public.mls_listing_media m set file_changed_at = clock_timestamp()
  where (m.id = any (media) or m.shared_from = any (media)) and m.copy_asked_at is null and m.media_url is not null and m.file_sha256 is null;
  with asked as materialized (
    select m.id, m.tenant_id, m.source_url,
      mls.media_lane(m.source_url, mls.media_rules(m.originating_office_key, m.origin_system)) as lane
    from public.mls_listing_media m where m.id = any (media) and m.copy_asked_at is not null and m.shared_from is null
    order by m.id
  ), opened as (
    insert into mls.media_lanes (lane) select distinct a.lane from asked a on conflict do nothing
  )
  insert into public.mls_media_jobs as j (kind, tenant_id, media_id, address, lane, next_attempt_at)
  select 'copy', a.tenant_id, a.id, a.source_url, a.lane,
    -- a fresh address is good for a time only: behind all that came since, it would be over again
    coalesce((select w.wanted_since from mls.wanted_addresses w where w.media_id = a.id), clock_timestamp())
  from asked a
  on conflict (media_id) do update set
    address = excluded.address, lane = excluded.lane, sha256 = null, attempts = 0, next_attempt_at = excluded.next_attempt_at,
    lease_token = null, asked_at = clock_timestamp(), last_error_code = null, last_error = null;
end $$;
comment on function mls.ask_for_copies(uuid[]) is 'Puts files into the queue, or back to its start; what was under way for them counts no more. Files that are only linked count as changed.';

create trigger queue_insert after insert on public.mls_listing_media
  referencing new table as new_rows for each statement execute function mls.queue_media();
create trigger queue_update after update on public.mls_listing_media
  referencing old table as old_rows new table as new_rows for each statement execute function mls.queue_media();

-- ===== leases =====

-- ----- mls.lease_media_copies(integer, integer) -----
create function mls.lease_media_copies(most integer, seconds integer) returns setof jsonb
language plpgsql volatile set search_path = ''
as $$
declare
  busy record;
  granted integer;
  taken bigint[];
begin
  for busy in
    select l.lane from mls.media_lanes l
    where (l.open_until is null or l.open_until <= clock_timestamp())
      -- the first by index: "exists" may read all that waits of other hosts
      and (select min(j.next_attempt_at) from public.mls_media_jobs j where j.kind = 'copy' and j.lane = l.lane) <= clock_timestamp()
    order by random()
  loop
    granted := mls.take_lane(busy.lane, most);
    continue when granted < 1;
    with due as materialized (
      select j.id, j.tenant_id, j.address, j.next_attempt_at from public.mls_media_jobs j
      where j.kind = 'copy' and j.lane = busy.lane and j.next_attempt_at <= (select clock_timestamp())
      order by j.next_attempt_at limit granted * 4
      for update skip locked
    ), chosen as materialized (
      select o.id, o.tenant_id, o.address from (
        -- one request answers all that ask for its address
        select distinct on (d.tenant_id, coalesce(d.address, d.id::text)) d.* from due d
        order by d.tenant_id, coalesce(d.address, d.id::text), d.next_attempt_at
      ) o
      order by o.next_attempt_at limit granted
    ), leased as (
      update public.mls_media_jobs j set lease_token = gen_random_uuid(), leased_at = clock_timestamp(), attempts = j.attempts + 1,
        next_attempt_at = clock_timestamp() + seconds * interval '1 second'
      from chosen c where j.id = c.id returning j.id
    ), kept_waiting as (
      update public.mls_media_jobs j set next_attempt_at = clock_timestamp() + seconds * interval '1 second'
      from chosen c
      where j.kind = 'copy' and j.address = c.address and j.tenant_id = c.tenant_id and j.id <> c.id
        and j.next_attempt_at <= (select clock_timestamp())
    )
    select array_agg(l.id) into taken from leased l;
    continue when taken is null;
    most := most - cardinality(taken);
    return query
      select jsonb_build_object('id', j.id, 'lease_token', j.lease_token, 'media_id', j.media_id, 'tenant_id', j.tenant_id,
        'address', j.address, 'storage_path', case when j.address is null then m.storage_path end, 'attempt', j.attempts, 'lane', j.lane,
        'rules', mls.media_rules(m.originating_office_key, m.origin_system))
      from public.mls_media_jobs j join public.mls_listing_media m on m.id = j.media_id
      where j.id = any (taken);
    exit when most < 1;
  end loop;
end $$;
comment on function mls.lease_media_copies(integer, integer) is
  'Leases copies that are due, so many and for so many seconds, as far as the limits of their hosts and sources allow; whoever asks meanwhile gets others.';

-- ----- mls.lease_media_variants(integer, integer) -----
create function mls.lease_media_variants(most integer, seconds integer) returns setof jsonb
language sql volatile set search_path = ''
as $$
  with due as (
    select j.id from public.mls_media_jobs j
    where j.kind = 'variants' and j.lane = 'variants' and j.next_attempt_at <= (select clock_timestamp())
    order by j.next_attempt_at limit most
    for update skip locked
  ), leased as (
    update public.mls_media_jobs j set lease_token = gen_random_uuid(), leased_at = clock_timestamp(), attempts = j.attempts + 1,
      next_attempt_at = clock_timestamp() + seconds * interval '1 second'
    from due where j.id = due.id
    returning j.*
  )
  select jsonb_build_object('id', l.id, 'lease_token', l.lease_token, 'tenant_id', l.tenant_id, 'sha256', l.sha256, 'attempt', l.attempts,
    'mime_type', f.mime_type, 'original_bucket', coalesce(f.original_bucket, 'mls-public'),
    -- where the original is kept no longer, what is made later is made of the largest variant
    'original_path', coalesce(f.original_path, f.variants -> 'large' ->> 'path'), 'flags', to_jsonb(f.flags))
  from leased l join public.mls_media_files f on f.tenant_id = l.tenant_id and f.sha256 = l.sha256
$$;
comment on function mls.lease_media_variants(integer, integer) is 'Leases contents whose sizes are to be made, so many and for so many seconds.';

-- ----- mls.return_media_jobs(jsonb) -----
create function mls.return_media_jobs(jobs jsonb) returns void
language sql volatile set search_path = ''
as $$
  update public.mls_media_jobs j set lease_token = null, attempts = j.attempts - 1, next_attempt_at = clock_timestamp()
  from jsonb_to_recordset(jobs) as x (id bigint, lease_token uuid)
  where j.id = x.id and j.lease_token = x.lease_token
$$;
comment on function mls.return_media_jobs(jsonb) is
  'Gives leased jobs back, [{id, lease_token}], that were not begun: they are due again, and it was no attempt.';

-- ===== workers =====

-- ----- mls.media_workers: who makes variants -----
create table mls.media_workers (
  worker text primary key,
  started_at timestamptz not null default clock_timestamp(),
  seen_at timestamptz not null default clock_timestamp(),
  made bigint not null default 0,
  failed bigint not null default 0,
  busy_seconds double precision not null default 0
);
comment on table mls.media_workers is 'Processes that make variants (npm run worker). One that was not seen for a while has ended; after a day its row goes.';
alter table mls.media_workers enable row level security;
alter table mls.media_workers force row level security;
grant select, insert, update, delete on mls.media_workers to service_role;

-- ----- mls.media_worker_seen(text, jsonb) -----
create function mls.media_worker_seen(name text, figures jsonb default '{}') returns void
language sql volatile set search_path = ''
as $$
  insert into mls.media_workers as w (worker, made, failed, busy_seconds)
  values (name, coalesce((figures ->> 'made')::bigint, 0), coalesce((figures ->> 'failed')::bigint, 0),
    coalesce((figures ->> 'busy_seconds')::double precision, 0))
  on conflict (worker) do update set seen_at = clock_timestamp(), made = excluded.made, failed = excluded.failed, busy_seconds = excluded.busy_seconds;
  delete from mls.media_workers w where w.seen_at < clock_timestamp() - interval '1 day'
$$;
comment on function mls.media_worker_seen(text, jsonb) is 'A worker says that it lives, and what it has done so far: {made, failed, busy_seconds}.';

-- ----- mls.media_worker_gone(text) -----
create function mls.media_worker_gone(name text) returns void
language sql volatile set search_path = ''
as $$ delete from mls.media_workers w where w.worker = name $$;
comment on function mls.media_worker_gone(text) is 'A worker takes its leave.';

-- ----- mls.has_media_worker() -----
create function mls.has_media_worker() returns boolean
language sql stable set search_path = ''
as $$ select exists (select from mls.media_workers w where w.seen_at > clock_timestamp() - interval '5 minutes') $$;
comment on function mls.has_media_worker() is 'Whether a worker has been seen within five minutes: then pictures wait for their variants, else the plain copy is shown.';

grant execute on function mls.media_lane(text, jsonb), mls.take_lane(text, integer), mls.wants_copy(public.mls_listing_media),
  mls.shown_address(public.mls_listing_media, jsonb), mls.address_changed(text, text, jsonb), mls.ask_for_copies(uuid[]), mls.lease_media_copies(integer, integer), mls.lease_media_variants(integer, integer), mls.return_media_jobs(jsonb),
  mls.media_worker_seen(text, jsonb), mls.media_worker_gone(text), mls.has_media_worker() to service_role;

insert into public.mls_schedules (job, cron, description) values
  ('media', '* * * * *', 'Copies pictures of sources and brokers, and removes copies that nothing shows.'),
  ('media_cleanup', '47 * * * *', 'Removes files from Storage that no row names any more.');
