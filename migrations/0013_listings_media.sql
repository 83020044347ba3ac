-- Files of a listing, and of which kind a file is.

-- ===== kinds =====
-- The views of what is served ask these, so they stand here and not with the merge of media.

-- ----- mls.media_category(text, text, text) -----
create function mls.media_category(source_category text, gold_category text, mime_type text) returns text
language sql immutable parallel safe set search_path = ''
as $$
  select case
    when source_category ~* 'document' then 'document'
    when source_category ~* 'floor.*plan' then 'floorplan'
    when gold_category ~* 'document' then 'document'
    when gold_category ~* 'video' or mime_type ~* '^\s*(video/|(mov|mp4|mpeg|quicktime)\s*$)' then 'video'
    when gold_category ~* 'audio' or mime_type ~* '^\s*(audio/|(mp3|wav)\s*$)' then 'audio'
    when mime_type is null or mime_type ~* '^\s*((image/|application/octet-stream\s*(;|$)).*|(avif|bmp|eps|gif|heic|jpe?g|png|svg|tiff?|webp)\s*)?$' then 'image'
    when source_category ~* 'video' then 'video'
    when source_category ~* 'tour' then 'tour'
    when source_category ~* 'photo|image|picture|gallery' and mime_type !~* '^\s*(application|text)/' then 'image'
    else 'document'
  end
$$;
comment on function mls.media_category(text, text, text) is
  'image, video, document, floorplan, audio or tour. The category of the source decides before the MIME type: a scanned deed is an image file and still a document. A type that is no picture, film or sound is a document unless the category says otherwise. Types are MIME types or the short names of RESO''s look-up MediaType (jpeg, mov).';
-- media_reso runs with the rights of its reader
grant execute on function mls.media_category(text, text, text) to authenticated, service_role;

-- ----- mls.source_category(jsonb, text) -----
create function mls.source_category(payload jsonb, field text) returns text
language sql immutable parallel safe set search_path = ''
as $$
  select coalesce(nullif(payload ->> 'X_QobrixMediaCategory', ''), payload ->> field)
$$;
comment on function mls.source_category(jsonb, text) is
  'What a file is in the words of its source: the field that gold has for it, else the one that the origin system names (mls.origin_systems.media_category_field).';
grant execute on function mls.source_category(jsonb, text) to authenticated, service_role;

-- ----- mls.media_url(text, text) -----
create function mls.media_url(url text, office_key text) returns text
language plpgsql stable set search_path = ''
as $$
declare
  address text;
begin
  -- nearly all are
  if url like 'https://%' then
    return url;
  end if;
  -- browsers overlook control characters, also inside "java script:", and take a backslash for a slash
  address := btrim(regexp_replace(url, '[[:cntrl:]]', '', 'g'));
  return case
    when address = '' then null
    when address ~ '^[/\\]{2}' then 'https://' || ltrim(address, '/\')
    when address like '/%' then coalesce((
        select rtrim(o.extensions ->> 'media_base_url', '/') from public.mls_offices o where o.office_key = media_url.office_key
      ), '') || address
    when address ~* '^https?://' then address
    when address !~ '^([^/?#]*:|\\)' then address
  end;
end $$;
comment on function mls.media_url(text, text) is
  'URL of a media file, null for none and for one that no browser should follow (javascript:, data:, file:, ...). A path is put behind the media_base_url in the extensions of its market office, where one is set; //host gets https.';
grant execute on function mls.media_url(text, text) to authenticated, service_role;

-- ----- mls.is_for_everybody(text) -----
create function mls.is_for_everybody(permission text) returns boolean
language sql immutable parallel safe set search_path = ''
as $$
  -- several are one text with commas; "Agent Only", AgentOnly and ["agent_only"] say the same
  select coalesce(regexp_replace(lower(permission), '[^[:alpha:],;|/]', '', 'g') !~ (
    'private|confidential|internal|restricted|hidden|withheld|notpublic|nonpublic|notforpublic'
    || '|(agent|appraiser|broker|company|firm|member|mls|office|owner|participant|realtor|seller|staff|subscriber)[[:alpha:]]*only'
    || '|(^|[,;|/])(agent|broker|company|firm|member|mls|office|owner|realtor|seller|staff)s?(use)?($|[,;|/])'
  ), true)
$$;
comment on function mls.is_for_everybody(text) is
  'Whether RESO''s Media.Permission lets the public see a file. Of several values the strictest counts: Private, Agent Only, Firm Only, Office Only and other words for a closed circle close it; Public, IDX, VOW, none at all and what nobody knows do not.';
-- the generated column of mls_listing_media is computed with the rights of whoever writes
grant execute on function mls.is_for_everybody(text) to authenticated, service_role;

-- ===== files =====

-- ----- mls.is_object_path(text, uuid) -----
create function mls.is_object_path(path text, listing uuid) returns boolean
language sql immutable parallel safe set search_path = ''
as $$
  select starts_with(path, listing || '/') and path !~ '(^|/)\.{0,2}(/|$)' and path !~ '[[:cntrl:]\\]'
$$;
comment on function mls.is_object_path(text, uuid) is
  'Whether a name of a stored object lies in the folder of this listing: <listing id>/<file>, without empty parts, "." or "..".';
grant execute on function mls.is_object_path(text, uuid) to authenticated, service_role;

-- ----- mls_listing_media: one row per listing and media key -----

create table public.mls_listing_media (
  id uuid primary key default gen_random_uuid(),
  seq bigint generated always as identity,
  -- a trigger fills these four in; with their defaults apps may leave them out
  tenant_id uuid not null default mls.current_tenant_id() references public.mls_tenants (id),
  listing_id uuid,
  resource_record_key text not null default '' check (length(resource_record_key) <= 255),
  originating_office_key text not null default '',
  media_key text not null default '' check (length(media_key) <= 560),
  origin_system text references mls.origin_systems (code),
  origin_media_key text check (length(origin_media_key) <= 255),
  media_id text,
  display_order integer not null default 0,
  is_primary boolean not null default false,
  media_category text not null default 'image'
    check (media_category in ('image', 'video', 'document', 'floorplan', 'audio', 'tour')),
  source_category text,
  source_url text constraint source_address
    check (source_url ~* '^https?://' or (source_url !~ '^[^/?#]*:' and source_url !~ '^(//|.?\\)')),
  source_stamp timestamptz,
  media_url text constraint web_address
    check (media_url ~* '^https?://' or (media_url !~ '^[^/?#]*:' and media_url !~ '^(//|.?\\)')),
  storage_path text,
  mime_type text,
  title text,
  description text,
  html_description text,
  image_width integer,
  image_height integer,
  file_size_bytes bigint,
  is_landscape boolean,
  is_distributable boolean not null default true,
  dash_category text,
  format_code text,
  checksum text,
  media_tags_json jsonb,
  resolution_urls jsonb,
  additional_annotations jsonb,
  created_ts text,
  origin_etl_ts timestamptz,
  origin_etl_batch_id text,
  origin_hash text,
  origin_sync_ts timestamptz,
  origin_deleted boolean not null default false,
  is_hidden boolean not null default false,
  locked boolean not null default false,
  shared_from uuid references public.mls_listing_media (id) on delete cascade,
  copy_status text not null default 'linked' check (copy_status in ('linked', 'pending', 'stored', 'failed', 'forbidden')),
  copy_error text,
  copy_asked_at timestamptz,
  file_sha256 text check (file_sha256 ~ '^[0-9a-f]{64}$'),
  file_changed_at timestamptz not null default clock_timestamp(),
  is_servable boolean not null generated always as (
    media_category <> 'document' and coalesce(source_category, '') !~* 'document'
    and is_distributable and not is_hidden and not origin_deleted
    -- gold has no such field: its files spare the call
    and (extensions ->> 'Permission' is null or mls.is_for_everybody(extensions ->> 'Permission'))
    -- a picture needs an address that anybody can open; a film may be known by the id that its site gave it
    and case
      when media_category in ('image', 'floorplan') then coalesce(media_url ~* '^https?://[^/?#[:space:]]', false)
      else coalesce(media_url, '') <> ''
    end
  ) stored,
  extensions jsonb not null default '{}' check (jsonb_typeof(extensions) = 'object'),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint mls_listing_media_listing_fkey foreign key (listing_id, tenant_id, originating_office_key)
    references public.mls_listings (id, tenant_id, originating_office_key) on update cascade on delete cascade,
  -- a sibling shows the file of the other listing
  constraint own_folder check (storage_path is null or shared_from is not null or mls.is_object_path(storage_path, listing_id))
);
comment on table public.mls_listing_media is
  'Photos, videos, plans and documents of a listing. A record whose listing has not arrived yet waits with listing_id null.';
comment on column public.mls_listing_media.media_key is
  'Served MediaKey, unique across the service and immutable: the source key, which never contains ~; or <source key>~<listing key> where another listing holds that key already (project photos); or that and ~<id>, where a listing that bears another key by now holds even this.';
comment on column public.mls_listing_media.is_servable is
  'May be shown outside, once its listing is: no document, distributable, not hidden here, not withdrawn by its source nor kept by it for a closed circle (mls.is_for_everybody), and with an address: a full one (http, https) where it is a picture.';
comment on column public.mls_listing_media.is_hidden is 'Removed here; survives every sync.';
comment on column public.mls_listing_media.locked is 'Title, description, order and primary flag were edited here and win over the source.';
comment on column public.mls_listing_media.shared_from is
  'This row of a lease sibling shows that row of the sale listing and follows it; hiding and locking are its own.';
comment on column public.mls_listing_media.storage_path is
  'Name of an uploaded file in the bucket mls-media: <listing id>/<file>. It stays private; what is published of a picture has media_url as its address.';
comment on column public.mls_listing_media.source_url is
  'Address at the source, where the copy is fetched; null for an upload. What is shown is media_url: the copy''s address once there is one.';
comment on column public.mls_listing_media.source_stamp is
  'When the source last changed the file, as far as it says so: a newer one asks for a new copy from the same address.';
comment on column public.mls_listing_media.copy_status is
  'What became of the copy: linked (none is made, media_url is the source''s), pending, stored (media_url is ours), failed (copy_error says why), forbidden (may be neither linked nor copied).';
comment on column public.mls_listing_media.copy_asked_at is 'When a copy was last asked for; null where none is wanted.';
comment on column public.mls_listing_media.file_sha256 is 'Content of the picture that is shown, as in mls_media_files; known once it is stored.';
comment on column public.mls_listing_media.file_changed_at is
  'When the file came, became another, or could first be shown. A copy of the picture that is linked already changes nothing.';
comment on column public.mls_listing_media.resolution_urls is
  'Where each size of the copy is found: {"thumbnail": {url, width, height, bytes, mime_type}, "medium": ..., "large": ..., "jpeg": ..., "plain": ...}, as far as they are made.';
create unique index mls_listing_media_key on public.mls_listing_media (media_key);
create unique index mls_listing_media_origin
  on public.mls_listing_media (resource_record_key, origin_media_key, originating_office_key);
create unique index mls_listing_media_listing_origin on public.mls_listing_media (listing_id, origin_media_key);
create unique index mls_listing_media_shared on public.mls_listing_media (shared_from) where shared_from is not null;
create index mls_listing_media_listing on public.mls_listing_media (listing_id, display_order, seq);
create index mls_listing_media_owner on public.mls_listing_media (listing_id, tenant_id, originating_office_key);
create index mls_listing_media_origin_key on public.mls_listing_media (origin_media_key);
create index mls_listing_media_tenant on public.mls_listing_media (tenant_id);
create unique index mls_listing_media_storage on public.mls_listing_media (storage_path) where storage_path is not null and shared_from is null;
create index mls_listing_media_file on public.mls_listing_media (tenant_id, file_sha256) where file_sha256 is not null;
create index mls_listing_media_waiting on public.mls_listing_media (resource_record_key) where listing_id is null;
create trigger touch before update on public.mls_listing_media for each row execute function mls.touch_updated_at();

-- ----- mls.is_held_back(mls_listing_media) -----
create function mls.is_held_back(media public.mls_listing_media) returns boolean
language sql immutable parallel safe set search_path = ''
as $$
  select media.is_hidden or not media.is_distributable
    or not (media.extensions ->> 'Permission' is null or mls.is_for_everybody(media.extensions ->> 'Permission'))
$$;
comment on function mls.is_held_back(public.mls_listing_media) is
  'Whether a file is nobody''s to see outside, though it is here: hidden or marked as not distributable in the hub, or for a closed circle by its source.';
grant execute on function mls.is_held_back(public.mls_listing_media) to service_role;

-- ----- mls.is_other_file(mls_listing_media, mls_listing_media) -----
create function mls.is_other_file(old_row public.mls_listing_media, new_row public.mls_listing_media) returns boolean
language sql immutable parallel safe set search_path = ''
as $$
  select case
    when old_row.media_url is null then new_row.media_url is not null
    when old_row.file_sha256 is not null then new_row.file_sha256 is distinct from old_row.file_sha256
    -- it was linked: by a copy its address becomes another, not the picture
    when new_row.file_sha256 is not null then false
    else new_row.media_url is distinct from old_row.media_url or coalesce(new_row.source_stamp > old_row.source_stamp, false)
  end
$$;
comment on function mls.is_other_file(public.mls_listing_media, public.mls_listing_media) is
  'Whether a row shows another file than before: by its content once that is known, by its address and the time of its source until then.';

-- ----- mls.stamp_file(): row trigger of mls_listing_media -----
create function mls.stamp_file() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  if mls.is_other_file(old, new) then
    new.file_changed_at := clock_timestamp();
  end if;
  return new;
end $$;
comment on function mls.stamp_file() is 'Row trigger: keeps file_changed_at.';
-- by its name after decide_copy, which says what is shown
create trigger stamp_file before update on public.mls_listing_media
  for each row when (
    new.media_url is distinct from old.media_url or new.file_sha256 is distinct from old.file_sha256
    or new.source_stamp is distinct from old.source_stamp
  ) execute function mls.stamp_file();

alter table public.mls_listing_media enable row level security;
alter table public.mls_listing_media force row level security;
grant select on public.mls_listing_media to authenticated;
grant select, insert, update, delete on public.mls_listing_media to service_role;
create policy media_read on public.mls_listing_media for select to authenticated
  using (
    tenant_id = any ((select mls.visible_tenant_ids())::uuid[])
    and exists (select from public.mls_listings l where l.id = listing_id)
  );

-- ----- mls_listing_media_origins: the last word of the source, one row per ingested file -----
create table public.mls_listing_media_origins (
  media_id uuid primary key references public.mls_listing_media (id) on delete cascade,
  payload jsonb not null,
  source_modified_at timestamptz,
  delivered_by text
);
comment on table public.mls_listing_media_origins is
  'Last applied gold record per file: what a vanished column keeps, and what the world sees of a claimed listing until it is published.';
comment on column public.mls_listing_media_origins.delivered_by is 'As in mls_listing_origins.';
comment on column public.mls_listing_media_origins.source_modified_at is
  'Newest source time seen, also in records that changed nothing. Null for Dash, whose times are those of its export.';
alter table public.mls_listing_media_origins enable row level security;
alter table public.mls_listing_media_origins force row level security;
grant select on public.mls_listing_media_origins to authenticated;
grant select, insert, update, delete on public.mls_listing_media_origins to service_role;
create policy media_origin_read on public.mls_listing_media_origins for select to authenticated
  using (exists (select from public.mls_listing_media m where m.id = mls_listing_media_origins.media_id));
