/** `$select`: which fields an answer holds. */
import type { Property } from '../model/model.ts'
import type { SelectItem } from '../syntax/ast.ts'
import { quote } from '../syntax/parse-error.ts'
import type { Source } from './bound.ts'
import { refuse, refuseName } from './refuse.ts'

/** The fields of an answer; `all` is rendered already. */
export type Selection = 'all' | Property[]

/** @throws QueryError for a name that is no field, and for what $select cannot hold */
export function bindSelection(
  items: SelectItem[] | undefined,
  { type, computed }: Pick<Source, 'type' | 'computed'>,
  target: string,
): Selection {
  if (!items) return 'all'
  const chosen = new Map<string, Property>()
  for (const item of items) {
    const place = { target, position: item.position }
    if (item.kind === 'all') return 'all'
    if (item.kind === 'operations') {
      refuse(place, 'there are no operations to select')
    }
    const [step, ...rest] = item.path
    const navigation = type.navigations.get(step!.name)
    if (navigation && rest.length === 0 && !item.options) continue // its entities come by $expand
    const property = type.properties.get(step!.name)
    const isComputed = computed?.has(step!.name) ?? false
    if (navigation) {
      refuse(place, `write $expand=${step!.name}($select=...) to choose fields of ${quote(step!.name)}`)
    }
    if (!property && !isComputed) {
      const names = [...type.properties.keys(), ...computed?.keys() ?? []]
      refuseName(place, step!.name, 'a field', type.name, names)
    }
    if (rest.length > 0 || item.options || item.parameters) {
      refuse(place, `${quote(step!.name)} has nothing in it to select`)
    }
    if (property) chosen.set(property.name, property)
  }
  return [...chosen.values()]
}

/** What $select names, each once; nothing where a star stands for everything. */
export function namesIn(items: SelectItem[] = []): string[] {
  const names = items.map((item) => item.kind === 'path' ? item.path[0]!.name : '*')
  return names.includes('*') ? [] : [...new Set(names)]
}

/** Whether the answer holds ModificationTimestamp, which is rendered from the stamp. */
export function showsStamp(selection: Selection): boolean {
  return selection === 'all' || selection.some(isStamp)
}

/** Of the stamp: it comes with every row, and is no column of its own. */
export const isStamp = ({ name }: Property) => name === 'ModificationTimestamp'
