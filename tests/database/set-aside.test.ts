import type pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readCatalogue } from '../../scripts/catalogue/read.ts'
import { createDatabase, type TestDatabase } from '../support/database.ts'

/** A view gets a column in its middle, and whatever depends on it is afterwards as it was before. */
let database: TestDatabase

beforeAll(async () => {
  database = await createDatabase()
  await database.pool.query(`
    create schema mine;
    create table mine.pets (id int primary key, name text, kind text);
    insert into mine.pets values (1, 'Rex', 'dog');
    create view mine.base with (security_invoker = true) as select id, name from mine.pets;
    comment on view mine.base is 'Pets';
    comment on column mine.base.name is 'How it is called';
    grant select on mine.base to authenticated;
    grant update (name) on mine.base to service_role with grant option;

    create view mine."Odd name" with (security_barrier = true, check_option = cascaded) as
      select b.id as key, b.name from mine.base b where b.id > 0;
    comment on view mine."Odd name" is 'Says "it''s odd"';
    comment on column mine."Odd name".key is 'The key';
    grant select, insert on mine."Odd name" to service_role;
    grant select (key) on mine."Odd name" to anon;
    alter view mine."Odd name" alter column name set default 'nameless';

    create view mine.over_both as select o.key, b.name from mine."Odd name" o join mine.base b on b.id = o.key;
    create view mine.on_top as select count(*) as pets from mine.over_both;
    grant select on mine.on_top to public;

    create materialized view mine.kept with (fillfactor = 70) as select * from mine.over_both;
    comment on materialized view mine.kept is 'As it was';
    create unique index kept_key on mine.kept (key);
    grant select on mine.kept to authenticated;
    create materialized view mine.unfilled as select * from mine.kept with no data;

    create function mine.take() returns trigger language plpgsql as $$ begin return null; end $$;
    create trigger take instead of insert on mine.over_both for each row execute function mine.take();
    create rule no_delete as on delete to mine.over_both do instead nothing`)
})
afterAll(() => database?.drop())

/** The catalogue knows our schemas only, so what is looked at is moved into one of them for a moment. */
async function described(): Promise<string[]> {
  const client = await database.pool.connect()
  try {
    const { rows } = await client.query<{ line: string }>(`
      select format('%s %s %s', c.oid::regclass, c.relkind, array_to_json(array[pg_get_viewdef(c.oid), c.reloptions::text, c.relacl::text,
        obj_description(c.oid, 'pg_class'), c.relispopulated::text, c.relowner::regrole::text])) as line
      from pg_class c where c.relnamespace = 'mine'::regnamespace and c.relkind in ('v', 'm')
      union all
      select format('%s.%s %s', a.attrelid::regclass, a.attname, array_to_json(array[format_type(a.atttypid, a.atttypmod), a.attacl::text,
        col_description(a.attrelid, a.attnum), pg_get_expr(d.adbin, d.adrelid)]))
      from pg_attribute a join pg_class c on c.oid = a.attrelid left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
      where c.relnamespace = 'mine'::regnamespace and c.relkind in ('v', 'm') and a.attnum > 0 and not a.attisdropped
      union all select pg_get_indexdef(i.indexrelid) from pg_index i join pg_class c on c.oid = i.indrelid where c.relnamespace = 'mine'::regnamespace
      union all select pg_get_triggerdef(t.oid) from pg_trigger t join pg_class c on c.oid = t.tgrelid where c.relnamespace = 'mine'::regnamespace
      union all select pg_get_ruledef(r.oid) from pg_rewrite r join pg_class c on c.oid = r.ev_class where c.relnamespace = 'mine'::regnamespace and r.rulename <> '_RETURN'
      order by 1`)
    return rows.map(({ line }) => line)
  } finally {
    client.release()
  }
}

/** Several statements in one message are one transaction. */
const refusalOf = (sql: string): Promise<pg.DatabaseError> =>
  database.pool.query(sql).then(() => expect.fail('nothing was refused'), (error) => error)

describe('mls.set_aside() and mls.put_back()', () => {
  it('leave everything but the new column as it was', async () => {
    const before = await described()
    expect(before.length).toBeGreaterThan(20)
    await database.pool.query(`begin;
      select mls.set_aside('{mine.base}');
      create view mine.base with (security_invoker = true) as select id, kind, name from mine.pets;
      comment on view mine.base is 'Pets';
      select mls.put_back();
      commit`)
    const after = await described()
    const isOfKind = (line: string) => line.startsWith('mine.base.kind ') || line.startsWith('mine.base v')
    expect(after.filter((line) => !isOfKind(line))).toEqual(before.filter((line) => !isOfKind(line)))
    expect(after.filter((line) => line.startsWith('mine.base.kind '))).toHaveLength(1)
    const { rows } = await database.pool.query(
      `select (select pets from mine.on_top) as pets, (select kind from mine.base) as kind, (select name from mine.kept) as name,
         (select count(*)::int from mls.views_set_aside) as waiting`,
    )
    expect(rows).toEqual([{ pets: '1', kind: 'dog', name: 'Rex', waiting: 0 }])
  })

  it('gives a view that is made again no more rights than it had, whatever new objects get by default', async () => {
    await database.pool.query(`begin;
      alter default privileges in schema mine grant all on tables to anon;
      select mls.set_aside('{mine.base}');
      create view mine.base with (security_invoker = true) as select id, kind, name from mine.pets;
      select mls.put_back();
      commit`)
    const { rows } = await database.pool.query(`
      select c.relname from pg_class c cross join lateral aclexplode(c.relacl) g
      where c.relnamespace = 'mine'::regnamespace and c.relname <> 'base' and g.grantee = 'anon'::regrole`)
    expect(rows).toEqual([])
  })

  it('sets several views aside that depend on each other, and takes their new definitions', async () => {
    await database.pool.query(`begin;
      select mls.set_aside('{mine.over_both,mine.base}');
      create view mine.base with (security_invoker = true) as select name, id from mine.pets;
      create view mine.over_both as select b.name, b.id as key from mine.base b;
      select mls.put_back();
      commit`)
    const { rows } = await database.pool.query('select * from mine.on_top')
    expect(rows).toEqual([{ pets: '1' }])
  })

  it('is refused where a column that something needs would go, and changes nothing', async () => {
    const before = await described()
    const refusal = await refusalOf(`select mls.set_aside('{mine.base}');
      create view mine.base as select id from mine.pets;
      select mls.put_back();`)
    expect(refusal.message).toMatch(/^The view mine\..+ cannot be made again: column "name" does not exist$/)
    expect(refusal.hint).toContain('by a migration of your own before this one')
    expect(await described()).toEqual(before)
  })

  it('names what is no view and depends on one', async () => {
    await database.pool.query(
      'create function mine.all_pets() returns setof mine.on_top language sql as $$ select * from mine.on_top $$',
    )
    const refusal = await refusalOf(`select mls.set_aside('{mine.base}')`)
    expect(refusal.message).toMatch(
      /^The view mine\.on_top cannot be made again: function mine\.all_pets\(\) depends/,
    )
    await database.pool.query('drop function mine.all_pets()')
  })

  it('refuses what is no view', async () => {
    for (const name of ['base', 'mine.pets', 'mine.nothing']) {
      expect((await refusalOf(`select mls.set_aside('{${name}}')`)).message).toBe(`There is no view ${name}.`)
    }
  })

  it('does the same for the views of the hub, with nothing changed at all', async () => {
    const before = await readCatalogue(database.url)
    const { rows } = await database.pool.query<{ name: string; sql: string }>(`
      select 'public.' || c.relname as name, format('create view %s with (%s) as %s; comment on view %1$s is %4$L', c.oid::regclass,
        array_to_string(c.reloptions, ', '), rtrim(pg_get_viewdef(c.oid), ';'), obj_description(c.oid)) as sql
      from pg_class c where c.relnamespace = 'public'::regnamespace and c.relname like '%\\_reso'`)
    expect(rows.length).toBeGreaterThan(5)
    const client = await database.pool.connect()
    try {
      await client.query('begin')
      await client.query('select mls.set_aside($1)', [rows.map(({ name }) => name)])
      for (const { sql } of rows) await client.query(sql)
      await client.query('select mls.put_back()')
      await client.query('commit')
    } finally {
      client.release()
    }
    expect(await readCatalogue(database.url)).toEqual(before)
  })
})
