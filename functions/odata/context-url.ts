import type { EntityType } from '../_shared/query/model.ts'
import type { Plan } from '../_shared/query/plan.ts'
import type { Call } from './answer.ts'

/** The context URL of entities of `type` (Protocol 10): what was chosen and expanded stands in parentheses. */
export function contextUrl(
  { root }: Pick<Call, 'root'>,
  type: EntityType,
  { selection, expansions }: Plan,
): string {
  const expanded = expansions.filter(({ isCount }) => !isCount).map((
    { navigation },
  ) => `${navigation.name}()`)
  const chosen = selection === 'all' ? [] : selection.map(({ name }) => name)
  const list = [...chosen, ...expanded]
  return `${root}/$metadata#${type.name}${list.length > 0 ? `(${list.join(',')})` : ''}`
}
