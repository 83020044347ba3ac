-- The objects of the schemas public and mls as text, one line a fact: what two databases must share to be the same to
-- everybody who uses them. Names stand for oids, grants and options are sorted, so that only a difference that somebody
-- can meet makes a difference here. Columns come in their physical order: `select *`, copies and row types show it.
with
  ours as (
    select n.oid, n.nspname from pg_namespace n where n.nspname in ('public', 'mls')
  ),
  relations as (
    select c.*, format('%I.%I', o.nspname, c.relname) as name
    from pg_class c join ours o on o.oid = c.relnamespace
    where c.relkind in ('r', 'p', 'v', 'm', 'S', 'f') and not exists (
      select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
  ),
  routines as (
    select p.*, p.oid::regprocedure::text as name
    from pg_proc p join ours o on o.oid = p.pronamespace
    where not exists (select from pg_depend d where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e')
  ),
  types as (
    select t.*, format('%I.%I', o.nspname, t.typname) as name
    from pg_type t join ours o on o.oid = t.typnamespace
    where t.typtype in ('e', 'd') or (t.typtype = 'c' and (select c.relkind from pg_class c where c.oid = t.typrelid) = 'c')
  ),
  facts (kind, name, fact) as (
    select 'schema', o.nspname, coalesce(obj_description(o.oid, 'pg_namespace'), '') from ours o
    union all
    select 'extension', e.extname, e.extnamespace::regnamespace::text from pg_extension e
    union all
    select 'role', r.rolname, concat_ws(' ', case when r.rolcanlogin then 'login' end, case when not r.rolinherit then 'noinherit' end,
      'member of ' || (
        select string_agg(g.roleid::regrole::text || ' ' || g.inherit_option || ' ' || g.set_option, ', ' order by 1)
        from pg_auth_members g where g.member = r.oid))
    from pg_roles r where r.rolname like 'mls\_%'
    union all
    select 'relation', r.name, concat_ws(' ', r.relkind, r.relpersistence, 'owner ' || r.relowner::regrole::text,
      case when r.relrowsecurity then 'rls' end, case when r.relforcerowsecurity then 'forced' end, 'replica ' || r.relreplident::text,
      (select 'with ' || string_agg(x, ',' order by x) from unnest(r.reloptions) x),
      'partition by ' || pg_get_partkeydef(r.oid), pg_get_expr(r.relpartbound, r.oid),
      '"' || obj_description(r.oid, 'pg_class') || '"')
    from relations r
    union all
    select 'view', r.name, pg_get_viewdef(r.oid) from relations r where r.relkind in ('v', 'm')
    union all
    select 'sequence', r.name, concat_ws(' ', format_type(s.seqtypid, null), s.seqstart, s.seqincrement, s.seqmin, s.seqmax, s.seqcache, s.seqcycle)
    from relations r join pg_sequence s on s.seqrelid = r.oid
    union all
    select 'column', r.name || '.' || lpad(row_number() over (partition by r.oid order by a.attnum)::text, 3, '0') || ' ' || a.attname,
      concat_ws(' ', format_type(a.atttypid, a.atttypmod), case when a.attnotnull then 'not null' end,
        'storage ' || a.attstorage::text, 'compression ' || nullif(a.attcompression::text, ''), 'identity ' || nullif(a.attidentity::text, ''),
        'generated ' || nullif(a.attgenerated::text, ''), 'statistics ' || a.attstattarget,
        'collate ' || nullif(a.attcollation, t.typcollation)::regcollation::text,
        'default ' || pg_get_expr(f.adbin, f.adrelid),
        (select 'with ' || string_agg(x, ',' order by x) from unnest(a.attoptions) x),
        '"' || col_description(r.oid, a.attnum) || '"')
    from relations r
    join pg_attribute a on a.attrelid = r.oid and a.attnum > 0 and not a.attisdropped
    join pg_type t on t.oid = a.atttypid
    left join pg_attrdef f on f.adrelid = r.oid and f.adnum = a.attnum
    where r.relkind <> 'S'
    union all
    select 'constraint', coalesce(r.name, t.name) || ' ' || k.conname, pg_get_constraintdef(k.oid)
      || coalesce(' "' || obj_description(k.oid, 'pg_constraint') || '"', '')
    from pg_constraint k left join relations r on r.oid = k.conrelid left join types t on t.oid = k.contypid
    where coalesce(r.oid, t.oid) is not null
    union all
    select 'index', r.name || ' ' || i.indexrelid::regclass::text, concat_ws(' ', pg_get_indexdef(i.indexrelid),
      case when i.indisclustered then 'clustered' end, case when i.indisreplident then 'replica identity' end,
      case when not i.indisvalid then 'invalid' end,
      (select 'with ' || string_agg(x, ',' order by x) from pg_class c, unnest(c.reloptions) x where c.oid = i.indexrelid))
    from relations r join pg_index i on i.indrelid = r.oid
    union all
    select 'trigger', r.name || ' ' || g.tgname, pg_get_triggerdef(g.oid) || ' ' || g.tgenabled::text
    from relations r join pg_trigger g on g.tgrelid = r.oid where not g.tgisinternal
    union all
    select 'policy', format('%I.%I %I', p.schemaname, p.tablename, p.policyname), concat_ws(' ', p.permissive, p.cmd,
      (select string_agg(x, ',' order by x) from unnest(p.roles) x), 'using ' || p.qual, 'check ' || p.with_check)
    from pg_policies p where p.schemaname in ('public', 'mls', 'storage')
    union all
    select 'function', p.name, concat_ws(' ', pg_get_functiondef(p.oid), 'owner ' || p.proowner::regrole::text, '"' || obj_description(p.oid, 'pg_proc') || '"')
    from routines p where p.prokind in ('f', 'p')
    union all
    select 'type', t.name, concat_ws(' ', t.typtype,
      (select string_agg(e.enumlabel, ',' order by e.enumsortorder) from pg_enum e where e.enumtypid = t.oid),
      (select string_agg(a.attname || ' ' || format_type(a.atttypid, a.atttypmod), ', ' order by a.attnum)
       from pg_attribute a where a.attrelid = t.typrelid and a.attnum > 0),
      format_type(nullif(t.typbasetype, 0), t.typtypmod), '"' || obj_description(t.oid, 'pg_type') || '"')
    from types t
    union all
    select 'publication', p.pubname, concat_ws(' ', t.schemaname || '.' || t.tablename, t.attnames::text, t.rowfilter)
    from pg_publication p join pg_publication_tables t on t.pubname = p.pubname
    union all
    select 'grant', g.name, concat_ws(' ', x.privilege_type, 'to', case x.grantee when 0 then 'public' else x.grantee::regrole::text end,
      case when x.is_grantable then 'with grant option' end)
    from (
      select 'schema ' || n.nspname as name, coalesce(n.nspacl, acldefault('n', n.nspowner)) as acl
      from pg_namespace n where n.nspname in ('public', 'mls')
      union all
      select r.name, coalesce(r.relacl, acldefault(case r.relkind when 'S' then 's' else 'r' end::"char", r.relowner)) from relations r
      union all
      select r.name || '.' || a.attname, a.attacl from relations r join pg_attribute a on a.attrelid = r.oid where a.attacl is not null
      union all
      select p.name, coalesce(p.proacl, acldefault('f', p.proowner)) from routines p
      union all
      select t.name, coalesce(t.typacl, acldefault('T', t.typowner)) from types t
      union all
      select format('new %s in %s', d.defaclobjtype, coalesce(nullif(d.defaclnamespace, 0)::regnamespace::text, 'any schema')), d.defaclacl
      from pg_default_acl d where d.defaclrole = 'postgres'::regrole
    ) g cross join lateral aclexplode(g.acl) x
  )
select l.line
from facts f
cross join lateral (
  select f.kind || ' ' || f.name || coalesce(': ' || nullif(replace(f.fact, E'\n', E'\n    '), ''), '') as line
) l
order by l.line collate "C"
