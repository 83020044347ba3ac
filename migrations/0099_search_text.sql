-- Full text for $search: words of the texts of every served record, kept beside the served tables.
--
-- Taking a text apart costs 0.1 to 0.2 ms a record, as much as half of its merge. So no writer does it: the clock does,
-- each minute, for what has changed by then. The few records that changed since are taken apart when somebody searches,
-- so that a search answers from what is served and not from what was served a minute ago.

create extension if not exists unaccent with schema extensions;

-- ===== words =====

-- ----- mls.search_text(text): without what people leave out or write differently -----
-- Case and accents go, and punctuation: CY-1234 is two words, and 'cy 1234' finds it. The final sigma is a sigma.
-- Taken apart first (NFD), letters lose their accents in every script: the rules of unaccent have no й and no ї, and
-- some keyboards send them as two signs. What is ASCII alone has none to lose.
-- With the rights of its owner: readers have none in the schema of extensions. In PL/pgSQL, which keeps its plans: within
-- another function a SQL function is planned anew for each text, which took as long as all the rest.
create function mls.search_text(value text) returns text
language plpgsql stable parallel safe security definer set search_path = ''
as $$
declare
  searched constant text := left(value, 100000);
begin
  return translate(
    case when octet_length(searched) = length(searched) then lower(searched collate "C") collate "und-x-icu"
      else extensions.unaccent('extensions.unaccent', normalize(lower(searched collate "und-x-icu"), nfd)) end,
    'ς_-./:@''"\&+#<>~;%=?', rpad('σ', 20)
  );
end $$;
comment on function mls.search_text(text) is
  'A text as it is searched: lower case, no accents, no punctuation; its first 100,000 characters.';

-- ----- mls.search_words(text) -----
create function mls.search_words(value text) returns tsvector
language sql stable parallel safe set search_path = ''
as $$
  select to_tsvector('pg_catalog.simple', mls.search_text(value))
$$;
comment on function mls.search_words(text) is 'The words of a text with their places. No stemming: the texts are of many languages.';

-- ----- mls.search_term(text, text) -----
create function mls.search_term(kind text, term text) returns tsquery
language plpgsql stable parallel safe set search_path = ''
as $$
declare
  words constant tsquery := case kind
    when 'typed' then plainto_tsquery('pg_catalog.simple', mls.search_text(term))
    else phraseto_tsquery('pg_catalog.simple', mls.search_text(term))
  end;
begin
  if kind = 'phrase' or numnode(words) = 0 then
    return words;
  end if;
  -- what was normalized holds no quotes, so this cannot meet one inside of a word
  return replace(words::text, ''' & ''', ''':* & ''') || ':*';
end $$;
comment on function mls.search_term(text, text) is
  'A term of $search. phrase: these words side by side. word: a word that begins so. typed: of each word one that begins so.';
grant execute on function mls.search_text(text), mls.search_words(text), mls.search_term(text, text) to mls_api_read;

-- ===== index =====

-- ----- mls.searched_resources: which fields are searched, and how far the index has come -----
-- They follow from the dictionary (mls.searched_fields(), generated). None may need a grant: who sees a record may search it.
create table mls.searched_resources (
  resource text primary key references mls.resources (resource),
  fields text[] not null,
  indexed_stamp bigint not null default 0
);
comment on table mls.searched_resources is 'Resources with texts. Every record with a stamp up to indexed_stamp is in mls.search_index as it is served.';
alter table mls.searched_resources enable row level security;
alter table mls.searched_resources force row level security;

-- ----- mls.search_index: the words of each record, by resource -----
create table mls.search_index (
  resource text not null,
  record_id uuid not null,
  seq bigint not null,
  office_key text not null,
  is_published boolean not null,
  words tsvector not null,
  primary key (resource, record_id)
) partition by list (resource);
comment on table mls.search_index is 'Words of what is served, as of searched_resources.indexed_stamp. Derived: it may be emptied, with indexed_stamp set to 0.';
alter table mls.search_index enable row level security;
alter table mls.search_index force row level security;
create index search_index_words on mls.search_index using gin (words);

-- ----- mls.match_search() -----
create function mls.match_search() returns void
language plpgsql volatile set search_path = ''
as $$
declare
  wanted record;
begin
  for wanted in select * from mls.searched_fields() loop
    insert into mls.searched_resources as r (resource, fields) values (wanted.resource, wanted.fields)
    on conflict (resource) do update set fields = excluded.fields, indexed_stamp = 0 where r.fields <> excluded.fields;
    if to_regclass(format('mls.search_index_%s', wanted.resource)) is null then
      execute format('create table mls.search_index_%1$s partition of mls.search_index for values in (%1$L)', wanted.resource);
      execute format('alter table mls.search_index_%s enable row level security', wanted.resource);
      execute format('alter table mls.search_index_%s force row level security', wanted.resource);
    end if;
  end loop;
  delete from mls.searched_resources r where r.resource not in (select f.resource from mls.searched_fields() f);
end $$;
comment on function mls.match_search() is
  'Lets mls.search_index hold what mls.searched_fields() names: other fields of a resource are taken in from the beginning.';
select mls.match_search();

-- ----- mls.searched_text(text[]): SQL of the texts of a served row s -----
-- A letter that nobody writes stands between them, so that no phrase reaches from one text into the next.
create function mls.searched_text(fields text[]) returns text
language sql immutable set search_path = ''
as $$
  select 'concat_ws('' ǀ '', ' || string_agg(format('s.%I', f.name), ', ' order by f.place) || ')'
  from unnest(fields) with ordinality f(name, place)
$$;
comment on function mls.searched_text(text[]) is 'The expression that joins the searched texts of a served row.';

-- ----- mls.index_words(interval): job of the clock -----
-- Stamps are numbered in the order of commits: who sees a stamp sees every smaller one. So the greatest stamp taken in
-- is all there is to remember.
create function mls.index_words(at_most interval default '20 seconds') returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  started constant timestamptz := clock_timestamp();
  batch constant integer := 1000;
  searched record;
  newest bigint;
  reached bigint;
  taken integer;
  total bigint := 0;
begin
  -- two at once would do the same work twice
  if not pg_try_advisory_xact_lock(hashtext('mls.index_words')) then
    return jsonb_build_object('indexed', 0);
  end if;
  for searched in select s.*, r.name from mls.searched_resources s join mls.resources r using (resource) loop
    select coalesce(max(e.sequence), 0) into newest from public.mls_entity_events e;
    reached := searched.indexed_stamp;
    loop
      execute format($q$
        with changed as materialized (
          select s.record_id, s.seq, s.office_key, s.is_published, s.stamp, %2$s as body from public.served_%1$s s
          where not s.is_deleted and s."ModificationTimestamp" > mls.stamp_time($1)
          order by s."ModificationTimestamp" limit $2
        ), written as (
          insert into mls.search_index as i (resource, record_id, seq, office_key, is_published, words)
          select %1$L, c.record_id, c.seq, c.office_key, c.is_published, mls.search_words(c.body) from changed c
          on conflict (resource, record_id) do update
          set office_key = excluded.office_key, is_published = excluded.is_published, words = excluded.words
        )
        select count(*), coalesce(max(stamp), $1) from changed
      $q$, searched.resource, mls.searched_text(searched.fields))
      into taken, reached using reached, batch;
      total := total + taken;
      exit when taken < batch or clock_timestamp() > started + at_most;
    end loop;
    -- also when the time is up: what is remembered below may lie behind these events
    execute format($q$
      delete from mls.search_index i using public.mls_entity_events e
      where i.resource = %1$L and e.resource = %2$L and e.kind = 'deleted' and e.sequence > $1
        and i.record_id = e.record_id
        and not exists (select from public.served_%1$s s where s.record_id = i.record_id and not s.is_deleted)
    $q$, searched.resource, searched.name) using searched.indexed_stamp;
    if taken < batch then
      reached := greatest(reached, newest);
    end if;
    update mls.searched_resources r set indexed_stamp = reached
    where r.resource = searched.resource and r.indexed_stamp < reached;
  end loop;
  return jsonb_build_object('indexed', total);
end $$;
comment on function mls.index_words(interval) is
  'Brings mls.search_index up to date, at most for about this long: {indexed: records}. Safe to run at any time.';
grant execute on function mls.index_words(interval) to service_role;
insert into public.mls_schedules (job, cron, description) values
  ('search', '* * * * *', 'Takes the texts of changed records into the index of $search.');

-- ===== search =====

-- ----- mls.find_words(text, tsquery) -----
-- A definer function, because behind row level security only leakproof operators reach an index, and @@ is none. What it
-- answers is no more than the client may see, and the policies check each row again. What changed is taken apart from a
-- list of its own: in the table, a planner without statistics takes every text apart before it asks which have changed.
create function mls.find_words(resource text, query tsquery) returns bigint[]
language plpgsql stable security definer set search_path = ''
as $$
declare
  -- beyond that, records wait for the clock: a bulk load is under way
  at_once constant integer := 5000;
  offices constant text[] := mls.claim_offices();
  published_only constant boolean := mls.claim_published_only();
  searched record;
  found_in bigint[];
begin
  select s.*, r.name, r.is_restricted into searched
  from mls.searched_resources s join mls.resources r using (resource) where r.resource = find_words.resource;
  if not found or (searched.is_restricted and not mls.claim_granted(searched.name)) then
    return '{}';
  end if;
  execute format($q$
    with changed as materialized (
      select s.seq, case when s.office_key = any ($4) and s.is_published >= $5 then %3$s end as body
      from public.served_%1$s s
      where not s.is_deleted and s."ModificationTimestamp" > mls.stamp_time($1)
      order by s."ModificationTimestamp" desc limit $2
    )
    select array(
      select i.seq from mls.search_index i
      where i.resource = %2$L and i.words @@ $3 and i.office_key = any ($4) and i.is_published >= $5
        and i.seq not in (select c.seq from changed c)
      union all
      select c.seq from changed c where mls.search_words(c.body) @@ $3
      order by 1
    )
  $q$, searched.resource, searched.resource, mls.searched_text(searched.fields))
  into found_in using searched.indexed_stamp, at_once, query, offices, published_only;
  return found_in;
end $$;
comment on function mls.find_words(text, tsquery) is
  'Insertion numbers of the records of a resource (''property'') that the reading client sees and whose texts match.';
grant execute on function mls.find_words(text, tsquery) to mls_api_read;
