import type { EntityType } from '../_shared/odata/model/model.ts'
import type { Plan } from '../_shared/odata/plan/plan.ts'
import type { Call } from './call.ts'

/** The context URL of entities of `type` (Protocol 10): what was chosen and expanded stands in parentheses. */
export function contextUrl({ root }: Pick<Call, 'root'>, type: EntityType, plan: Plan): string {
  const list = selectList(plan)
  return `${root}/$metadata#${type.name}${list === '' ? '' : `(${list})`}`
}

/** Of what is expanded, too; a navigation in $select stands for links to its entities. */
function selectList({ chosen, expansions }: Plan): string {
  const expanded = expansions.filter(({ isCount }) => !isCount)
  const isLink = (name: string) => !expanded.some(({ navigation }) => navigation.name === name)
  return [
    ...chosen.filter(isLink),
    ...expanded.map(({ navigation: { name }, isReference, plan }) =>
      `${name}(${isReference ? '' : selectList(plan)})`
    ),
  ].join()
}
