-- How a view gets other columns where `create or replace view` cannot give it any (it appends only): what depends on it
-- is set aside, the view is made again, and what was set aside is put back. Generated migrations work so; a migration
-- written by hand may:
--
--   select mls.set_aside('{public.property_reso}');
--   create view public.property_reso ...;
--   select mls.put_back();

-- ----- mls.views_set_aside: what mls.put_back() has to make again; empty but within a migration -----
-- definition: null for a view that whoever set it aside makes again. additions: [{"column", "sql"}], what a view has
-- beyond its definition; with a column only where that column still is.
create table mls.views_set_aside (
  position integer primary key,
  name text not null,
  definition text,
  additions jsonb not null
);
comment on table mls.views_set_aside is 'Views that a migration took away to make another one again: mls.set_aside(), mls.put_back().';
alter table mls.views_set_aside enable row level security;
alter table mls.views_set_aside force row level security;

-- ----- mls.view_additions(oid) -----
create function mls.view_additions(view oid) returns jsonb
language sql stable set search_path = ''
as $$
  select coalesce(jsonb_agg(jsonb_build_object('column', a.column_name, 'sql', a.sql) order by a.place, a.sql), '[]')
  from (
    select 1, null, format('alter table %s owner to %I', c.oid::regclass, r.rolname)
    from pg_catalog.pg_class c join pg_catalog.pg_roles r on r.oid = c.relowner
    where c.oid = view and r.rolname <> current_user
    union all
    select 2, null, format('grant %s on %s to %s%s', g.privilege_type, c.oid::regclass,
      case g.grantee when 0 then 'public' else quote_ident(pg_catalog.pg_get_userbyid(g.grantee)) end,
      case when g.is_grantable then ' with grant option' else '' end)
    from pg_catalog.pg_class c cross join lateral aclexplode(c.relacl) g
    where c.oid = view and g.grantee <> c.relowner
    union all
    select 3, a.attname::text, format('grant %s (%I) on %s to %s%s', g.privilege_type, a.attname, c.oid::regclass,
      case g.grantee when 0 then 'public' else quote_ident(pg_catalog.pg_get_userbyid(g.grantee)) end,
      case when g.is_grantable then ' with grant option' else '' end)
    from pg_catalog.pg_class c
    join pg_catalog.pg_attribute a on a.attrelid = c.oid and not a.attisdropped
    cross join lateral aclexplode(a.attacl) g
    where c.oid = view
    union all
    select 4, a.attname::text, format('alter table %s alter column %I set default %s', d.adrelid::regclass, a.attname,
      pg_catalog.pg_get_expr(d.adbin, d.adrelid))
    from pg_catalog.pg_attrdef d join pg_catalog.pg_attribute a on a.attrelid = d.adrelid and a.attnum = d.adnum
    where d.adrelid = view
    union all
    select 5, a.attname::text, format('comment on column %s.%I is %L', d.objoid::regclass, a.attname, d.description)
    from pg_catalog.pg_description d
    join pg_catalog.pg_attribute a on a.attrelid = d.objoid and a.attnum = d.objsubid
    where d.objoid = view and d.classoid = 'pg_catalog.pg_class'::regclass and d.objsubid > 0
    union all
    select 6, null, pg_catalog.pg_get_indexdef(i.indexrelid) from pg_catalog.pg_index i where i.indrelid = view
    union all
    select 7, null, pg_catalog.pg_get_ruledef(r.oid) from pg_catalog.pg_rewrite r where r.ev_class = view and r.rulename <> '_RETURN'
    union all
    select 8, null, pg_catalog.pg_get_triggerdef(t.oid) from pg_catalog.pg_trigger t where t.tgrelid = view and not t.tgisinternal
  ) a (place, column_name, sql)
$$;
comment on function mls.view_additions(oid) is
  'What a view has beyond its definition, as statements that give it that again: owner, grants, also of columns, defaults, comments of columns, indexes, rules, triggers.';

-- ----- mls.set_aside(text[]) -----
create function mls.set_aside(views text[]) returns void
language plpgsql volatile set search_path = ''
as $$
declare
  last_position constant integer := coalesce((select max(a.position) from mls.views_set_aside a), 0);
  aside record;
  why text;
begin
  select min(v.name) into why from unnest(views) v (name)
  where not exists (select from pg_catalog.pg_class c where c.oid = to_regclass(v.name) and c.relkind in ('v', 'm'));
  if why is not null then
    raise exception 'There is no view %.', why using errcode = '42P01', hint = 'Name each view with its schema.';
  end if;
  for aside in
    with recursive dependents as (
      select c.oid, 0 as depth
      from unnest(views) v (name) join pg_catalog.pg_class c on c.oid = to_regclass(v.name) and c.relkind in ('v', 'm')
      union all
      select c.oid, d.depth + 1
      from dependents d
      join pg_catalog.pg_depend p on p.refclassid = 'pg_catalog.pg_class'::regclass and p.refobjid = d.oid
        and p.classid = 'pg_catalog.pg_rewrite'::regclass and p.deptype = 'n'
      join pg_catalog.pg_rewrite r on r.oid = p.objid
      join pg_catalog.pg_class c on c.oid = r.ev_class and c.oid <> d.oid and c.relkind in ('v', 'm')
      where d.depth < 100
    ), ranked as (
      select d.oid, max(d.depth) as depth from dependents d group by d.oid
    )
    select c.oid::regclass::text as name, c.relkind, c.relispopulated as is_filled, array_to_string(c.reloptions, ', ') as options,
      last_position + row_number() over (order by r.depth, c.oid) as position,
      c.oid = any (array(select to_regclass(v.name)::oid from unnest(views) v (name))) as is_wanted,
      c.oid, obj_description(c.oid, 'pg_class') as description
    from ranked r join pg_catalog.pg_class c on c.oid = r.oid
    order by position desc
  loop
    insert into mls.views_set_aside (position, name, definition, additions) values (
      aside.position, aside.name,
      case when not aside.is_wanted then concat(
        'create ', case aside.relkind when 'm' then 'materialized ' end, 'view ', aside.name, ' with (' || aside.options || ')',
        ' as ', rtrim(pg_catalog.pg_get_viewdef(aside.oid), ';'), case when aside.relkind = 'm' and not aside.is_filled then ' with no data' end,
        format(E';\ncomment on %sview %s is %L', case aside.relkind when 'm' then 'materialized ' end, aside.name, aside.description))
      end,
      mls.view_additions(aside.oid)
    );
    begin
      execute format('drop %sview %s', case aside.relkind when 'm' then 'materialized ' end, aside.name);
    exception when dependent_objects_still_exist then
      get stacked diagnostics why = pg_exception_detail;
      raise exception 'The view % cannot be made again: %', aside.name, why using errcode = '2BP01',
        hint = 'Drop what is named there by a migration of your own before this one, and make it again after it.';
    end;
  end loop;
end $$;
comment on function mls.set_aside(text[]) is
  'Drops these views and every view that depends on them. mls.put_back() makes the dependent ones again; the named ones are for the caller to make anew before, and get their grants back. Raises 2BP01 where something else than a view depends on one.';

-- ----- mls.put_back() -----
create function mls.put_back() returns void
language plpgsql volatile set search_path = ''
as $$
declare
  aside record;
  addition record;
  privilege record;
begin
  for aside in select * from mls.views_set_aside a order by a.position loop
    if aside.definition is not null then
      begin
        execute aside.definition;
      exception when others then
        raise exception 'The view % cannot be made again: %', aside.name, sqlerrm using errcode = sqlstate,
          hint = 'It depends on a view whose columns change. Change or drop it by a migration of your own before this one.';
      end;
      -- what the project grants on every new object was perhaps revoked from this one
      for privilege in
        select distinct case g.grantee when 0 then 'public' else quote_ident(pg_catalog.pg_get_userbyid(g.grantee)) end as grantee
        from pg_catalog.pg_class c cross join lateral aclexplode(c.relacl) g
        where c.oid = to_regclass(aside.name) and g.grantee <> c.relowner
      loop
        execute format('revoke all on %s from %s', aside.name, privilege.grantee);
      end loop;
    end if;
    for addition in select * from jsonb_to_recordset(aside.additions) as x ("column" text, sql text) loop
      if to_regclass(aside.name) is not null and (addition."column" is null or exists (
        select from pg_catalog.pg_attribute a
        where a.attrelid = to_regclass(aside.name) and a.attname = addition."column" and not a.attisdropped)) then
        execute addition.sql;
      end if;
    end loop;
  end loop;
  delete from mls.views_set_aside where true;
end $$;
comment on function mls.put_back() is
  'Makes the views again that mls.set_aside() dropped, with their options, comments, grants (also of columns), rules, triggers and indexes. Fails where one no longer fits; nothing is left out.';
