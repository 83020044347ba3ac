import type { Schema } from './document.ts'
import { type Html, markup } from './html.ts'

/** The fields of a resource: type, length, lookup and what is to be known, in profile gold and where dd2 differs. */
export function fieldList(resource: string, gold: Schema, dd2: Schema): Html {
  const rows = Object.entries(gold.properties ?? {}).map(([name, schema]) =>
    fieldRow(`${resource}.${name}`, name, schema, dd2.properties![name]!)
  )
  return markup`
<dl class="fields">${rows}</dl>`
}

function fieldRow(id: string, name: string, gold: Schema, dd2: Schema): Html {
  const lookup = gold['x-lookup']
  const marks = [
    markup`<span class="type">${typeOf(gold)}</span>`,
    standardOf(gold, dd2),
    lookup && markup`<a class="lookup" href="#Lookup.${lookup}">lookup ${lookup}</a>`,
    gold['x-sensitive'] && markup`<span class="granted">by grant</span>`,
  ]
  return markup`
<div id="${id}"><dt><a href="#${id}"><code>${name}</code></a></dt><dd>${marks} ${noteOf(gold)}</dd></div>`
}

/** A type in words; for a navigation a link to the resource it leads to. */
function typeOf(schema: Schema): Html {
  const target = (schema.items ?? schema.oneOf?.[0])?.$ref?.split('/').at(-1)
  if (target) return markup`${schema.items ? 'list of ' : ''}<a href="#${target}">${target}</a>`
  return markup`${words(schema)}`
}

function words(schema: Schema): string {
  if (schema.items) return `list of ${kind(schema.items)}s`
  return [schema.type].flat().includes('null') ? kind(schema) : `${kind(schema)}, never null`
}

function kind({ type, format, ...schema }: Schema): string {
  if (schema['x-scale'] !== undefined) return `decimal(${schema['x-precision']},${schema['x-scale']})`
  const formats: Record<string, string> = {
    date: 'date',
    'date-time': 'timestamp',
    int64: 'integer (64 bits)',
  }
  return formats[format ?? ''] ?? [type].flat().find((one) => one !== 'null')!
}

/** What profile dd2 says beyond: another type, a length. */
function standardOf(gold: Schema, dd2: Schema): Html | undefined {
  const differs = words(gold) !== words(dd2) && !gold.oneOf && !gold.items?.$ref
  const remarks = [differs && words(dd2), dd2.maxLength !== undefined && `length ${dd2.maxLength}`]
    .filter(Boolean)
  return remarks.length > 0 ? markup`<span class="standard">dd2: ${remarks.join(', ')}</span>` : undefined
}

/** The description without what stands beside it already. */
function noteOf({ description = '' }: Schema): string {
  return description.replace(/Lookup \w+\.?/, '').replace(/Only for clients that were granted it\./, '')
    .replace(/\. *$/, '').trim()
}
