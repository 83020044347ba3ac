-- Pictures: what nothing shows any more is removed, after the days that its source's rules give it.

-- ----- mls.is_media_used(uuid, text) -----
create function mls.is_media_used(tenant uuid, content text) returns boolean
language sql stable set search_path = ''
as $$
  select exists (
    select from public.mls_listing_media m join public.mls_listings l on l.id = m.listing_id
    where m.tenant_id = tenant and m.file_sha256 = content and not m.origin_deleted and not l.origin_deleted
  ) or exists (
    select from public.mls_media_jobs j where j.tenant_id = tenant and j.sha256 = content and j.kind = 'copy')
$$;
comment on function mls.is_media_used(uuid, text) is
  'Whether a picture of the market shows this content, or is about to. One that its source withdrew, alone or with its listing, does not.';

-- ----- mls.note_unused_media(jsonb) -----
create function mls.note_unused_media(lost jsonb) returns void
language sql volatile security definer set search_path = ''
as $$
  with candidates as (
    select x.tenant_id, x.sha256, min(x.keep_days) as keep_days
    from jsonb_to_recordset(lost) as x (tenant_id uuid, sha256 text, keep_days double precision)
    group by 1, 2 order by 1, 2
  )
  update public.mls_media_files f set remove_after = clock_timestamp() + c.keep_days * interval '1 day'
  from candidates c
  where f.tenant_id = c.tenant_id and f.sha256 = c.sha256 and f.status <> 'removing' and not mls.is_media_used(f.tenant_id, f.sha256)
$$;
comment on function mls.note_unused_media(jsonb) is
  'Files that lost a use, [{tenant_id, sha256, keep_days}]: those without another get their day of removal. The strictest rule counts.';

-- ----- mls.release_media(): statement trigger of mls_listing_media -----
create function mls.release_media() returns trigger
language plpgsql security definer set search_path = ''
as $$
declare
  lost jsonb;
begin
  if tg_op = 'DELETE' then
    select jsonb_agg(jsonb_build_object('tenant_id', o.tenant_id, 'sha256', o.file_sha256,
      'keep_days', mls.media_rules(o.originating_office_key, o.origin_system) -> 'keep_days')) into lost
    from old_rows o where o.file_sha256 is not null;
  else
    select jsonb_agg(jsonb_build_object('tenant_id', o.tenant_id, 'sha256', o.file_sha256, 'keep_days',
      -- what was hidden, held back or turned out to be a document is nobody's to see from now on
      case when mls.is_held_back(n) or n.media_category = 'document' then '0'
        else mls.media_rules(o.originating_office_key, o.origin_system) -> 'keep_days' end)) into lost
    from old_rows o join new_rows n on n.id = o.id
    where o.file_sha256 is not null and o.file_sha256 is distinct from n.file_sha256;
  end if;
  if lost is not null then
    perform mls.note_unused_media(lost);
  end if;
  return null;
end $$;
comment on function mls.release_media() is 'Statement trigger: files that a row no longer shows.';
create trigger release_update after update on public.mls_listing_media
  referencing old table as old_rows new table as new_rows for each statement execute function mls.release_media();
create trigger release_delete after delete on public.mls_listing_media
  referencing old table as old_rows for each statement execute function mls.release_media();

-- ----- mls.follow_listing_media(): row trigger of mls_listings -----
create function mls.follow_listing_media() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  if new.origin_deleted then
    perform mls.note_unused_media((
      select jsonb_agg(jsonb_build_object('tenant_id', m.tenant_id, 'sha256', m.file_sha256,
        'keep_days', mls.media_rules(m.originating_office_key, m.origin_system) -> 'keep_days'))
      from public.mls_listing_media m where m.listing_id = new.id and m.file_sha256 is not null));
  else
    update public.mls_media_files f set remove_after = null
    from public.mls_listing_media m
    where m.listing_id = new.id and m.file_sha256 is not null and f.tenant_id = m.tenant_id and f.sha256 = m.file_sha256
      and f.remove_after is not null and f.status <> 'removing';
    perform mls.ask_for_copies(array(
      select m.id from public.mls_listing_media m
      where m.listing_id = new.id and m.copy_status = 'pending' and m.copy_asked_at is not null and m.shared_from is null));
  end if;
  return null;
end $$;
comment on function mls.follow_listing_media() is
  'Row trigger: with a listing that its source withdraws, its pictures are no longer used; when it comes back, they are again.';
create trigger follow_media after update on public.mls_listings
  for each row when (new.origin_deleted <> old.origin_deleted) execute function mls.follow_listing_media();

-- ----- mls.take_unused_media(integer) -----
create function mls.take_unused_media(most integer default 200) returns table (tenant_id uuid, sha256 text, paths text[], original_bucket text, original_path text)
language plpgsql volatile set search_path = ''
as $$
declare
  candidate record;
  file public.mls_media_files;
begin
  for candidate in
    select f.tenant_id, f.sha256 from public.mls_media_files f
    where f.remove_after <= (select clock_timestamp()) and (f.status <> 'removing' or f.updated_at < (select clock_timestamp()) - interval '5 minutes')
    -- what has to go at once, before what yesterday's copies are looked at for
    order by f.remove_after desc limit most
    for update skip locked
  loop
    -- asked again under the lock: whoever begins to use it now waits for us, or came before
    if mls.is_media_used(candidate.tenant_id, candidate.sha256) then
      -- what is only about to be shown may end otherwise (half a file whose other half came later): looked at again
      update public.mls_media_files f set remove_after = case
          when not exists (select from public.mls_listing_media m where m.tenant_id = f.tenant_id and m.file_sha256 = f.sha256)
          then clock_timestamp() + interval '1 day' end
      where f.tenant_id = candidate.tenant_id and f.sha256 = candidate.sha256 and f.status <> 'removing';
      continue;
    end if;
    update public.mls_media_files f set status = 'removing'
    where f.tenant_id = candidate.tenant_id and f.sha256 = candidate.sha256 returning f.* into file;
    update public.mls_listing_media m set copy_status = 'pending', file_sha256 = null, resolution_urls = null,
      media_url = mls.shown_address(m, mls.media_rules(m.originating_office_key, m.origin_system))
    where m.tenant_id = file.tenant_id and m.file_sha256 = file.sha256 and m.shared_from is null;
    tenant_id := file.tenant_id;
    sha256 := file.sha256;
    paths := array(select v.value ->> 'path' from jsonb_each(file.variants) v);
    original_bucket := file.original_bucket;
    original_path := file.original_path;
    return next;
  end loop;
end $$;
comment on function mls.take_unused_media(integer) is
  'Files whose day of removal has come and that nothing shows. Whoever asks deletes their objects and then says so (mls.media_removed); else they are handed out again after five minutes.';

-- ----- mls.media_removed(jsonb) -----
create function mls.media_removed(files jsonb) returns integer
language sql volatile set search_path = ''
as $$
  with gone as (
    delete from public.mls_media_files f
    using jsonb_to_recordset(files) as x (tenant_id uuid, sha256 text)
    where f.tenant_id = x.tenant_id and f.sha256 = x.sha256 and f.status = 'removing' returning 1
  )
  select count(*)::integer from gone
$$;
comment on function mls.media_removed(jsonb) is 'The objects of these files, [{tenant_id, sha256}], are gone from Storage.';

grant execute on function mls.is_media_used(uuid, text), mls.take_unused_media(integer), mls.media_removed(jsonb) to service_role;
