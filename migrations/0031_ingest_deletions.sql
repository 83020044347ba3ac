-- What a FULL run flags. Only here may absence mean deletion.

-- ----- mls.deletable(text) -----
create function mls.deletable(resource text, out table_name text, out keys text, out condition text)
language sql immutable set search_path = ''
as $$
  select d.table_name, d.keys, d.condition
  from (values
    ('property', 'mls_listings', 'array[t.origin_key]', $q$t.origin_system in ('QOBRIX', 'DASH_API', 'DASH_FILE') and t.is_externally_managed$q$),
    ('media', 'mls_listing_media', $q$array[t.origin_media_key, t.origin_media_key || '~' || t.resource_record_key]$q$,
      $q$t.origin_media_key is not null and not t.locked
        and not exists (select from public.mls_listings l where l.id = t.listing_id and not l.is_externally_managed)$q$),
    ('contacts', 'mls_contacts', 'array[t.origin_contact_key]', 't.origin_contact_key is not null'),
    ('member', 'mls_members', 'array[t.origin_member_key]', 't.origin_hash is not null'),
    ('office', 'mls_offices', 'array[t.office_key]', 't.origin_hash is not null and not t.is_market'),
    ('showing_appointment', 'mls_showings', 'array[t.origin_showing_key]', 't.origin_hash is not null')
  ) d (resource, table_name, keys, condition)
  where d.resource = deletable.resource
$$;
comment on function mls.deletable(text) is
  'Which rows of a resource a FULL run may flag, and the keys that keep them: those of a source, and neither taken over nor locked here.';

-- ----- mls.vanished(mls_ingest_runs) -----
create function mls.vanished(run public.mls_ingest_runs, out ids uuid[], out of bigint)
language plpgsql stable set search_path = ''
as $$
declare
  rule record := mls.deletable(run.resource);
begin
  execute format(
    'select coalesce(array_agg(t.id) filter (where not exists (
       select from public.mls_ingest_run_keys k where k.run_id = $1 and k.record_key = any (%s))), ''{}''), count(*)
     from public.%I t where t.originating_office_key = $2 and not t.origin_deleted and %s',
    rule.keys, rule.table_name, rule.condition)
  into ids, of using run.id, run.office_key;
end $$;
comment on function mls.vanished(public.mls_ingest_runs) is 'Live rows of the run''s office and resource that the run has not named, and how many are live.';

-- ----- mls.flag_deleted(text, uuid[]) -----
create function mls.flag_deleted(resource text, ids uuid[]) returns void
language plpgsql volatile set search_path = ''
as $$
declare
  rule record := mls.deletable(resource);
begin
  if cardinality(ids) > 0 then
    perform set_config('mls.change_source', 'INGRESS', true);
    execute format('update public.%I set origin_deleted = true where id = any ($1)', rule.table_name) using ids;
    perform set_config('mls.change_source', '', true);
  end if;
end $$;
comment on function mls.flag_deleted(text, uuid[]) is 'Flags rows whose source no longer holds them. A merge that meets the record again clears the flag.';
