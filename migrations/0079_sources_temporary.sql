-- temporary, until origin systems are rows
do $$
declare c record;
begin
  for c in select conrelid::regclass as t, conname from pg_constraint where contype = 'c' and pg_get_constraintdef(oid) like '%DASH_FILE%' and connamespace = 'public'::regnamespace loop
    execute format('alter table %s drop constraint %I', c.t, c.conname);
  end loop;
end $$;
do $$
declare f record;
begin
  for f in select p.oid, pg_get_functiondef(p.oid) as d from pg_proc p where p.pronamespace = 'mls'::regnamespace and p.prosrc like '%''QOBRIX'', ''DASH_API'', ''DASH_FILE''%' loop
    execute replace(f.d, '''QOBRIX'', ''DASH_API'', ''DASH_FILE''', '''QOBRIX'', ''DASH_API'', ''DASH_FILE'', ''MOCK'', ''FILE'', ''RESO''');
  end loop;
  for f in select c.oid::regclass as n, pg_get_viewdef(c.oid) as d from pg_class c where c.relkind = 'v' and pg_get_viewdef(c.oid) like '%DASH_FILE%' loop
    execute format('create or replace view %s with (security_invoker = true) as %s', f.n, regexp_replace(f.d, '''DASH_FILE''::text', '''DASH_FILE''::text, ''MOCK''::text, ''FILE''::text, ''RESO''::text', 'g'));
  end loop;
end $$;
