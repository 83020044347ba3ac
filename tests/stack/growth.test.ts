import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type GrowingStack, startGrowingStack } from '../support/growing-stack.ts'

/**
 * The dictionary grows as a developer lets it grow: fields are written into it, `npm run generate` writes the migration,
 * the next start of the stack applies it to a database with records, and both old and new records show the fields.
 */
let stack: GrowingStack

const office = 'SHARPSIR-CY-001'
const base = { OriginatingSystemOfficeKey: office, ModificationTimestamp: '2026-01-01T00:00:00Z' }
const home = (key: string, more: object) => ({
  ...base,
  ListingKey: `QOBRIX_${key}`,
  ListingId: key,
  StandardStatus: 'Active',
  City: 'Limassol',
  ...more,
})

beforeAll(async () => {
  stack = await startGrowingStack()
  await stack.send('property', [
    home('old', {
      X_GrowFee: '1250.504',
      X_GrowYN: 'true',
      X_GrowTags: 'cat, dog',
      X_GrowSecret: 'under the mat',
    }),
    home('odd', { X_GrowFee: 'on request' }),
  ])
  await stack.send('media', [{
    ...base,
    MediaKey: 'QOBRIX_M',
    ResourceRecordKey: 'QOBRIX_old',
    MediaURL: 'https://media.example/1.jpg',
    MediaType: 'image/jpeg',
    X_GrowAlt: 'A house',
  }])
  await stack.send('member', [{ ...base, MemberKey: 'QOBRIX_AGENT_1', X_GrowLanguages: 'el, ru' }])
  await stack.send('contacts', [{ ...base, ContactKey: 'QOBRIX_CONTACT_1', X_GrowNickname: 'Μάκης' }])
})
afterAll(() => stack?.stop())

const record = async (path: string, name?: string) => (await stack.read(path, name)).body

const current = { code: 0, stderr: '', stdout: expect.stringContaining('Generated SQL is current') }

describe('a column that no table has', () => {
  const file = () => join(stack.folder, 'functions/_shared/reso/resources')

  it('is named with the way out, wherever the field stands, and nothing is written', async () => {
    const before = stack.migrations()
    const resources = ['property', 'media', 'member'].map((name) => join(file(), `${name}.ts`))
    const texts = resources.map((path) => readFileSync(path, 'utf8'))
    stack.edit('property', 'City', [`    { name: 'X_GrowFee', type: 'DECIMAL(18,2)', column: 'grow_fee' },`])
    stack.edit('property', 'PhotosCount', [
      `    { name: 'X_GrowNote', type: 'STRING', column: 'grow_note', owner: 'enrichment', gold: false },`,
    ])
    stack.edit('media', 'MediaURL', [`    { name: 'X_GrowAlt', type: 'STRING', column: 'grow_alt' },`])
    stack.edit('member', 'MemberKey', [`    { name: 'X_GrowAge', type: 'INT', column: 'first_name' },`])
    const { code, stderr } = await stack.generate()
    expect(code).toBe(1)
    expect(stderr).toContain('Property.X_GrowFee: mls_listings has no column grow_fee.')
    expect(stderr).toContain('alter table public.mls_listings add column grow_fee numeric(18,2);')
    expect(stderr).toContain('grant update (grow_note) on public.mls_listings to authenticated;')
    expect(stderr).toContain('alter table public.mls_listing_media add column grow_alt text;')
    expect(stderr).toContain('Two fields of Member name the column first_name')
    expect(stderr).not.toMatch(/at .*\.ts:\d|does not exist/)
    expect(stack.migrations()).toEqual(before)
    resources.forEach((path, index) => writeFileSync(path, texts[index]!))
  })
})

describe('a gold field in the middle and a field of the hub at the end', () => {
  it('are generated into a migration of their own', async () => {
    stack.edit('property', 'City', [
      `    { name: 'X_GrowFee', type: 'DECIMAL(18,2)', column: 'grow_fee', note: 'What it costs to grow' },`,
    ])
    stack.edit('property', 'PhotosCount', [
      `    { name: 'X_GrowNote', type: 'STRING', column: 'grow_note', owner: 'enrichment', gold: false, note: 'What a broker says of it' },`,
    ])
    stack.writeMigration(
      'listings_growth',
      'alter table public.mls_listings add column grow_fee numeric(18,2), add column grow_note text;',
    )
    const outcome = await stack.generate()
    expect(outcome).toMatchObject({ code: 0, stderr: '' })
    expect(stack.migrations().at(-1)).toMatch(/^\d{4}_generated_property_x_grow_fee_x_grow_note\.sql$/)
    expect(outcome.stdout).toContain('npm run generate -- --fold')
    expect(await stack.generate()).toMatchObject(current)
  })

  it('are there in records that were, and in those that come', async () => {
    await stack.restart()
    expect(await record(`Property('QOBRIX_old')`)).not.toHaveProperty('X_GrowFee')
    await stack.rerender()
    expect(await record(`Property('QOBRIX_old')`)).toMatchObject({ X_GrowFee: 1250.5, X_GrowNote: null })
    // what could not be read stays where it is, and nothing else is said
    expect(await record(`Property('QOBRIX_odd')`)).toMatchObject({ X_GrowFee: null })

    expect(await stack.send('property', [home('new', { X_GrowFee: 80 })])).toEqual(['insert'])
    await stack.client().query(
      `update public.mls_listings set grow_note = 'Grows well' where origin_key = 'QOBRIX_new'`,
    )
    expect(await record(`Property?$filter=X_GrowFee lt 100&$select=X_GrowFee,X_GrowNote,City`)).toMatchObject(
      {
        value: [{ X_GrowFee: 80, X_GrowNote: 'Grows well', City: 'Limassol' }],
      },
    )
    const refreshed = home('new', { X_GrowFee: 81, ModificationTimestamp: '2026-02-01T00:00:00Z' })
    expect(await stack.send('property', [refreshed])).toEqual(['refresh'])
    expect(await record(`Property('QOBRIX_new')`)).toMatchObject({ X_GrowFee: 81, X_GrowNote: 'Grows well' })
  })

  it('are told to consumers once', async () => {
    const { rows } = await stack.client().query(
      `select record_key, count(*)::int as events from public.mls_entity_events where resource = 'Property' group by 1 order by 1`,
    )
    expect(rows).toEqual([
      { record_key: 'QOBRIX_new', events: 3 },
      { record_key: 'QOBRIX_odd', events: 2 },
      // once more for its photo
      { record_key: 'QOBRIX_old', events: 3 },
    ])
    expect((await stack.rerender()).result).toEqual({ records: 0, more: false })
  })

  it('are columns of the older tables, too, in their place', async () => {
    const { rows } = await stack.client().query(
      `select attname, attnum from pg_attribute where attrelid = 'public.property'::regclass and attname in ('City', 'X_GrowFee', 'X_GrowNote') order by attnum`,
    )
    expect(rows.map(({ attname }) => attname)).toEqual(['City', 'X_GrowFee', 'X_GrowNote'])
    expect(rows[1].attnum).toBe(rows[0].attnum + 1)
  })
})

describe('a second change', () => {
  it('of every kind at once is a migration with a name of its own', async () => {
    // what an operator has built on ours must survive it
    await stack.client().query(`
      create schema reports;
      create view reports.cities with (security_invoker = true) as select "City", count(*) as homes from public.property_reso group by 1;
      comment on view reports.cities is 'Of mine';
      grant select ("City") on reports.cities to authenticated;
      create materialized view reports.kept as select * from reports.cities;
      create unique index kept_city on reports.kept ("City");`)
    stack.edit('property', 'X_GrowFee', [
      `    { name: 'X_GrowYN', type: 'BOOLEAN', note: 'Kept in extensions' },`,
      `    { name: 'X_GrowDay', type: 'DATE', column: 'grow_day' },`,
      `    { name: 'X_GrowTags', type: 'STRING', dd: { lookup: 'PetsAllowed', multi: true } },`,
      `    { name: 'X_GrowSecret', type: 'STRING', column: 'grow_secret', sensitive: true },`,
      `    { name: 'X_GrowHint', type: 'STRING', gold: false, owner: 'enrichment' },`,
    ])
    stack.edit('property', 'X_LandType', [], { remove: true })
    stack.edit('media', 'MediaURL', [`    { name: 'X_GrowAlt', type: 'STRING', column: 'grow_alt' },`])
    stack.edit('member', 'MemberKey', [`    { name: 'X_GrowLanguages', type: 'STRING' },`])
    stack.edit('contacts', 'ContactKey', [
      `    { name: 'X_GrowNickname', type: 'STRING', column: 'grow_nickname', sensitive: true },`,
    ])
    stack.writeMigration(
      'listings_more_growth',
      `alter table public.mls_listings add column grow_day date, add column grow_secret text;
       alter table public.mls_listing_media add column grow_alt text;
       alter table public.mls_contacts add column grow_nickname text;`,
    )
    expect(await stack.generate()).toMatchObject({ code: 0, stderr: '' })
    expect(stack.migrations().at(-1)).toMatch(/^\d{4}_generated_dictionary_\w+\.sql$/)
    await stack.restart()
    await stack.rerender()
  })

  it('shows old records with all of it', async () => {
    const old = await record(`Property('QOBRIX_old')`)
    expect(old).toMatchObject({
      X_GrowFee: 1250.5,
      X_GrowYN: true,
      X_GrowDay: null,
      X_GrowTags: ['cat', 'dog'],
      X_GrowHint: null,
    })
    expect(old).not.toHaveProperty('X_GrowSecret')
    expect(old).not.toHaveProperty('X_LandType')
    expect(await record(`Property('QOBRIX_old')`, 'verifier_all')).toMatchObject({
      X_GrowSecret: 'under the mat',
    })
    expect(await record(`Media?$filter=X_GrowAlt eq 'A house'`)).toMatchObject({
      value: [{ MediaKey: 'QOBRIX_M', X_GrowAlt: 'A house' }],
    })
    expect(await record(`Member('QOBRIX_AGENT_1')`)).toMatchObject({ X_GrowLanguages: 'el, ru' })
    const contacts = await record('Contacts', 'verifier_all')
    expect(contacts.value).toMatchObject([{ ContactKey: 'QOBRIX_CONTACT_1' }])
    expect(contacts.value[0]).not.toHaveProperty('X_GrowNickname')
    const { rows } = await stack.client().query(
      `select grow_nickname, extensions ? 'X_GrowNickname' as is_left from public.mls_contacts`,
    )
    expect(rows).toEqual([{ grow_nickname: 'Μάκης', is_left: false }])
  })

  it('takes new records with all of it', async () => {
    const later = { ModificationTimestamp: '2026-03-01T00:00:00Z' }
    const { rows: [{ id }] } = await stack.client().query(
      `update public.mls_listings set extensions = extensions || '{"X_GrowHint": "by the fence"}' where origin_key = 'QOBRIX_new' returning id`,
    )
    expect(id).toBeTruthy()
    const fields = {
      X_GrowYN: 'no',
      X_GrowDay: '2026-05-06',
      X_GrowTags: '["fox"]',
      X_GrowSecret: 'пароль',
      X_LandType: 'Field',
    }
    expect(await stack.send('property', [home('new', { ...fields, ...later })])).toEqual(['refresh'])
    expect(await record(`Property('QOBRIX_new')`, 'verifier_all')).toMatchObject({
      X_GrowYN: false,
      X_GrowDay: '2026-05-06',
      X_GrowSecret: 'пароль',
      X_GrowHint: 'by the fence',
    })
    expect((await stack.read(`Property?$filter=X_LandType eq 'Field'`)).status).toBe(400)
    expect(
      await stack.send('media', [{
        ...base,
        MediaKey: 'QOBRIX_M2',
        ResourceRecordKey: 'QOBRIX_new',
        MediaURL: 'https://media.example/2.jpg',
        X_GrowAlt: 'Ein Haus',
      }]),
    ).toEqual(['insert'])
    expect(await record(`Media('QOBRIX_M2')`)).toMatchObject({ X_GrowAlt: 'Ein Haus' })
    expect(await stack.send('contacts', [{ ...base, ContactKey: 'QOBRIX_CONTACT_2', X_GrowNickname: 'Zed' }]))
      .toEqual(['insert'])
    const { rows } = await stack.client().query(
      `select "X_GrowNickname" as name from public.served_contacts_sensitive order by 1`,
    )
    expect(rows).toEqual([{ name: 'Zed' }, { name: 'Μάκης' }])
  })

  it('has left what was built on the views as it was', async () => {
    const { rows } = await stack.client().query(`
      select c.relname, c.reloptions, obj_description(c.oid) as comment,
        (select a.attacl::text from pg_attribute a where a.attrelid = c.oid and a.attname = 'City') as granted,
        (select count(*)::int from pg_index i where i.indrelid = c.oid) as indexes
      from pg_class c where c.relnamespace = 'reports'::regnamespace and c.relkind in ('v', 'm') order by 1`)
    expect(rows).toEqual([
      {
        relname: 'cities',
        reloptions: ['security_invoker=true'],
        comment: 'Of mine',
        granted: '{authenticated=r/postgres}',
        indexes: 0,
      },
      { relname: 'kept', reloptions: null, comment: null, granted: null, indexes: 1 },
    ])
  })

  it('leaves a database like one made afresh', async () => {
    const [running, afresh] = await stack.catalogues()
    expect(running).toEqual(afresh)
  })

  it('of what needs a grant says until when it is shown, and takes away what nothing needs any more', async () => {
    stack.edit('property', 'X_GrowYN', [`    { name: 'X_GrowYN', type: 'BOOLEAN', sensitive: true },`])
    stack.edit('property', 'X_GrowYN', [], { remove: true })
    stack.edit('contacts', 'X_GrowNickname', [
      `    { name: 'X_GrowNickname', type: 'STRING', column: 'grow_nickname' },`,
    ])
    stack.edit('contacts', 'X_GrowNickname', [], { remove: true })
    const { code, stdout } = await stack.generate()
    expect([code, stdout]).toEqual([0, expect.stringContaining('Needs a grant from now on: X_GrowYN.')])
    const text = readFileSync(join(stack.folder, 'migrations', stack.migrations().at(-1)!), 'utf8')
    expect(text).toContain('drop table public.served_contacts_sensitive;')
    expect(text).toContain('alter table public.served_contacts add column "X_GrowNickname" text;')
  })

  it('may be folded into the generated files of the subjects, once what was written by hand stands in its own', async () => {
    expect(await stack.fold()).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('Only the last migrations can be folded'),
    })
    const folder = join(stack.folder, 'migrations')
    const [growth, generated, more, ...last] = stack.migrations().slice(-5)
    const read = (name: string) => readFileSync(join(folder, name), 'utf8')
    const listings = stack.migrations().find((name) => name.endsWith('_listings_people.sql'))!
    writeFileSync(join(folder, listings), [listings, growth!, more!].map(read).join('\n'))
    rmSync(join(folder, more!))
    rmSync(join(folder, growth!))
    const first = Number(growth!.slice(0, 4))
    for (const [index, name] of [generated!, ...last].entries()) {
      const number = String(first + index).padStart(4, '0')
      renameSync(join(folder, name), join(folder, number + name.slice(4)))
    }
    expect(await stack.fold()).toMatchObject({ code: 0, stderr: '' })
    expect(stack.migrations().filter((name) => /^\d{4}_generated_/.test(name))).toEqual([])
  })
})
