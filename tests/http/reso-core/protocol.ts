import { expect } from 'vitest'
import type { Row } from '../odata-client.ts'
import { ask, project, refused } from './check.ts'
import { readMetadata } from './metadata.ts'
import type { TagsOf } from './suite.ts'
import { edmTypes, elementType, fits } from './values.ts'
import { fields, type Scenario, topCount, versionOf } from './world.ts'

type Tags = 'metadata-' | 'service-' | 'fetch-' | 'select' | 'top' | 'skip' | 'count' | 'response-'

const annotation = (name: string) => name.includes('@')

export const protocol: Record<TagsOf<Tags>, Scenario> = {
  'metadata-validation': async (world) => {
    const { version, namespace, sets, types, type, vocabularies, text } = await readMetadata(world)
    expect(version).toBe(versionOf[world.endorsement]) // the suite's XML schema knows 4.0 only
    expect(sets.map(({ Name }) => Name)).toEqual(
      expect.arrayContaining(['Property', 'Member', 'Office', 'Media']),
    )
    for (const [, term] of text.matchAll(/Term="([\w.]+)\.\w+"/g)) expect(vocabularies).toContain(term)
    for (const { Name, EntityType, bindings } of sets) {
      expect(EntityType).toBe(`${namespace}.${Name}`)
      const { key, properties, navigations } = type(Name!)
      expect(key).toHaveLength(1)
      expect(properties.get(key[0]!)).toMatchObject({ Nullable: 'false' })
      for (const { Type, Precision, Scale } of properties.values()) {
        expect(edmTypes).toContain(elementType(Type!))
        if (Scale !== undefined) expect(Number(Scale)).toBeLessThanOrEqual(Number(Precision))
      }
      for (const { Type } of navigations.values()) {
        expect(types.map((target) => `${namespace}.${target}`)).toContain(elementType(Type!))
      }
      expect(bindings.map(({ Path }) => Path)).toEqual([...navigations.keys()])
      for (const { Path, Target } of bindings) {
        expect(elementType(navigations.get(Path!)!.Type!)).toBe(`${namespace}.${Target}`)
      }
      // What is declared is what is served, value by value.
      const rows = Name === 'Property' ? world.listings : await world.client.rows(`/${Name}?$top=1000`)
      expect(rows.length).toBeGreaterThan(0)
      for (const row of rows) {
        const names = Object.keys(row).filter((name) => !annotation(name))
        expect(names.toSorted()).toEqual([...properties.keys()].toSorted())
        const wrong = names.filter((name) => !fits(row[name], properties.get(name)!))
        expect(wrong.map((name) => [name, row[name]])).toEqual([])
      }
    }
  },

  'service-document': async (world) => {
    const { body } = await ask(world, '/')
    const { sets } = await readMetadata(world)
    expect(body.value.map(({ name }: Row) => name)).toEqual(sets.map(({ Name }) => Name))
    for (const { name, kind, url } of body.value) {
      expect([kind, url]).toEqual(['EntitySet', name])
      const { status, body } = await world.get(`/${url}?$top=1`)
      expect([name, status, body.value.length]).toEqual([name, 200, 1])
    }
  },

  'fetch-by-key': async (world) => {
    for (const listing of world.listings.filter((_, place) => place % 25 === 0)) {
      const path = `/Property('${encodeURIComponent(String(listing[fields.key]))}')`
      const { '@odata.context': _context, ...whole } = (await ask(world, path)).body
      expect(whole).toEqual(listing)
      const { body } = await ask(world, `${path}?$select=${fields.key}`)
      expect(body[fields.key]).toBe(listing[fields.key])
      expect(Object.keys(body).filter((name) => !annotation(name))).toEqual([fields.key])
    }
  },

  'select': async (world) => {
    const { type } = await readMetadata(world)
    const names = [...type('Property').properties.keys()]
    for (let start = 0; start < names.length; start += 40) {
      const some = names.slice(start, start + 40)
      const { body } = await ask(world, `/Property?$select=${some}&$top=1000`)
      expect(body.value).toEqual(project(world.listings, some))
    }
  },

  'top': async (world) => {
    for (const top of [1, topCount, 100]) {
      const { body } = await ask(world, `/Property?$select=${fields.key}&$top=${top}`)
      expect(body.value).toEqual(project(world.listings.slice(0, top), [fields.key]))
    }
  },

  'skip': async (world) => {
    for (const skip of [0, topCount, 2 * topCount, world.listings.length - 1, world.listings.length]) {
      const path = `/Property?$select=${fields.key}&$top=${topCount}&$skip=${skip}`
      const { body } = await ask(world, path)
      expect(body.value).toEqual(project(world.listings.slice(skip, skip + topCount), [fields.key]))
    }
  },

  'count': async (world) => {
    const { listings } = world
    const { body } = await ask(world, '/Property?$count=true')
    expect(body['@odata.count']).toBe(listings.length)
    expect(body.value).toEqual(listings.slice(0, body.value.length))
    const some = listings.filter((row) => row[fields.integer] === 2).length
    const filtered = await ask(world, `/Property?$count=true&$filter=${fields.integer} eq 2&$top=1&$skip=1`)
    expect(some).toBeGreaterThan(1)
    expect(filtered.body['@odata.count']).toBe(some)
    expect(await world.client.count('Property', `${fields.integer} eq 2`)).toBe(some)
  },

  'response-code-400': async (world) => {
    await refused(
      world,
      "/Property?$filter=BadField eq 'SoBad'",
      400,
      /'BadField' is not a field of Property/,
    )
    await refused(world, '/Property?$select=BadField', 400, /'BadField' is not a field/)
    await refused(world, '/Property?$orderby=BadField', 400, /'BadField' is not a field/)
  },

  'response-code-404': async (world) => {
    await refused(world, '/ResourceNotFound', 404, /There is no resource 'ResourceNotFound'/)
    await refused(world, "/Property('NotFound')", 404, /There is no Property with ListingKey 'NotFound'/)
  },
}
