import { resources } from '../../../functions/_shared/reso/dictionary.ts'
import { relations } from '../../../functions/_shared/odata/model/relations.ts'
import type { Field, Resource } from '../../../functions/_shared/reso/types.ts'
import { type Random, randomFor } from '../../../scripts/seed/prng.ts'

/** What a client may not see or, as well, what it owns: a record as the client that sees everything reads it. */
export type Sample = Record<string, unknown>

/** A generated request, and how its answer can be judged. */
export interface Probe {
  path: string
  /**
   * rows: a filter on own fields, its answer is that of the all-seeing client less what is foreign;
   * hidden: must not be found; record: an own record, must be found; other: only leaks are looked for.
   */
  kind: 'rows' | 'hidden' | 'record' | 'other'
  resource: Resource
}

type Pick = (resource: Resource) => Sample | undefined

/** Values of a record that only its office has come from `foreign`; `own` gives records of the asking client. */
export interface Samples {
  foreign: Pick
  own: Pick
}

const shapes = ['filter', 'key', 'expand', 'count', 'nextLink', 'events', 'explain', 'navigation'] as const

/** The nth request of a fixed sequence, which goes through every resource and every shape in turn. */
export function probe(number: number, { foreign, own }: Samples): Probe {
  const random = randomFor('tenancy', number)
  const resource = resources[number % resources.length]!
  const shape = shapes[Math.floor(number / resources.length) % shapes.length]!
  const target = foreign(resource)
  const mine = own(resource)
  const filter = encodeURIComponent(condition(random, resource, [target, mine]))
  const select = `$select=${resource.key},ModificationTimestamp`
  const key = (sample: Sample | undefined) =>
    encodeURIComponent(quoted(String(sample?.[resource.key] ?? 'never')))
  const navigation = relations(resource)[random.int(0, Math.max(relations(resource).length - 1, 0))]
  const rows = (path: string): Probe => ({ path, kind: 'rows', resource })
  const other = (path: string): Probe => ({ path, kind: 'other', resource })

  switch (shape) {
    case 'filter':
      return rows(`/${resource.name}?${select}&$filter=${filter}&$count=true&$top=1000`)
    case 'count':
      return rows(
        `/${resource.name}?${select}&$filter=${filter}&$count=true&$top=400&$orderby=${
          order(random, resource)
        }`,
      )
    case 'nextLink':
      return rows(`/${resource.name}?${select}&$filter=${filter}&$top=97&$orderby=${order(random, resource)}`)
    case 'key': {
      const suffix = random.pick(['', '?$expand=*', `?$select=${resource.key}`, `/${resource.key}/$value`])
      return random.chance(0.7)
        ? { path: `/${resource.name}(${key(target)})${suffix}`, kind: 'hidden', resource }
        : { path: `/${resource.name}(${key(mine)})?$expand=*`, kind: 'record', resource }
    }
    case 'expand': {
      if (!navigation) return other(`/${resource.name}?$expand=*&$top=50`)
      const nested = navigation.isCollection ? '($count=true;$top=20;$expand=*)' : '($expand=*)'
      return other(`/${resource.name}?$expand=${navigation.name}${nested}&$filter=${filter}&$top=25`)
    }
    case 'events': {
      const conditions = [
        `ResourceRecordKey eq ${key(target)}`,
        `ResourceName eq '${resource.name}'`,
        `not (ResourceRecordKey eq ${key(mine)})`,
        `OriginatingSystemOfficeKey ne '${mine?.OriginatingSystemOfficeKey}'`,
      ]
      return other(
        `/EntityEvent?$filter=${random.pick(conditions)} or ${random.pick(conditions)}&$count=true&$top=500`,
      )
    }
    case 'explain':
      return {
        path: `/$explain?resource=${resource.name}&key=${encodeURIComponent(String(target?.[resource.key]))}`,
        kind: 'hidden',
        resource,
      }
    case 'navigation': {
      const path = navigation?.name ?? resource.key
      return random.chance(0.5)
        ? { path: `/${resource.name}(${key(target)})/${path}`, kind: 'hidden', resource }
        : other(`/${resource.name}(${key(mine)})/${path}`)
    }
  }
}

function order(random: Random, { fields, key }: Resource): string {
  const field = random.pick(fields).name
  return `${field}${random.pick([' desc', ''])},${key}`
}

/** One to three comparisons with values out of the samples, joined and negated at random. */
function condition(random: Random, resource: Resource, samples: (Sample | undefined)[]): string {
  const parts = Array.from({ length: random.int(1, 3) }, () => {
    const text = comparison(random, resource, random.pick(samples) ?? {})
    return random.chance(0.25) ? `not (${text})` : `(${text})`
  })
  return parts.reduce((left, right) => `${left} ${random.pick(['and', 'or'])} ${right}`)
}

function comparison(random: Random, { fields, key }: Resource, sample: Sample): string {
  const known = fields.filter(({ name }) => sample[name] !== null && sample[name] !== undefined)
  if (known.length === 0) return `${key} ne null`
  const names = [key, 'OriginatingSystemOfficeKey']
  const field = random.chance(0.4)
    ? known.find(({ name }) => name === random.pick(names)) ?? known[0]!
    : random.pick(known)
  const value = literal(field, sample[field.name])
  const { name } = field
  if (field.type === 'BOOLEAN') return `${name} ${random.pick(['eq', 'ne'])} ${value}`
  if (field.type !== 'STRING') return `${name} ${random.pick(['eq', 'ne', 'ge', 'le', 'gt', 'lt'])} ${value}`
  const text = String(sample[name])
  return random.pick([
    `${name} eq ${value}`,
    `${name} ne ${value}`,
    `${name} in (${value},'x',null)`,
    `contains(${name},${quoted(text.slice(2, 8))})`,
    `startswith(tolower(${name}),tolower(${quoted(text.slice(0, 5))}))`,
    `length(${name}) ge ${text.length}`,
    `concat(${name},'') eq ${value}`,
    `indexof(${name},${quoted(text.slice(-3))}) ge 0`,
  ])
}

function literal({ type }: Field, value: unknown): string {
  return type === 'STRING' ? quoted(String(value)) : String(value)
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}
