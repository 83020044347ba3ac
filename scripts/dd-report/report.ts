import { modelFor, type Property } from '../../functions/_shared/odata/model/model.ts'
import { resources } from '../../functions/_shared/reso/dictionary.ts'
import { differencesOf, type Kind, reasons } from './differences.ts'

export interface Coverage {
  resource: string
  /** Fields of the Data Dictionary, and those of them that are served. */
  standard: number
  served: number
  /** Fields that the Data Dictionary does not know. */
  local: number
  lookups: number
  sensitive: number
}

export interface Difference {
  kind: Kind
  reason: string
  /** `Property.StandardStatus` */
  fields: string[]
}

export interface StandardReport {
  version: '2.0'
  resources: Coverage[]
  differences: Difference[]
}

/** What profile dd2 serves of RESO Data Dictionary 2.0 to a client that was granted everything. */
export function standardReport(): StandardReport {
  const grants = resources.flatMap(({ name }) => [name, `${name}.*`])
  const { entityTypes } = modelFor('dd2', grants)
  const types = [...entityTypes.values()].map(({ resource, properties }) => ({
    resource,
    properties: [...properties.values()],
  }))
  const differing = (kind: Kind) =>
    types.flatMap(({ resource, properties }) =>
      properties.filter(({ field, isRequired }) => differencesOf(field, isRequired).includes(kind)).map(
        ({ name }) => `${resource.name}.${name}`,
      )
    )
  return {
    version: '2.0',
    resources: types.map(({ resource, properties }) => {
      const count = (wanted: (property: Property) => boolean) => properties.filter(wanted).length
      return {
        resource: resource.name,
        standard: resource.standardFields,
        served: count(({ field }) => field.dd !== undefined),
        local: count(({ field }) => field.dd === undefined),
        lookups: count(({ field }) => field.dd?.lookup !== undefined),
        sensitive: count(({ isSensitive }) => isSensitive),
      }
    }),
    differences: (Object.keys(reasons) as Kind[]).map((kind) => ({
      kind,
      reason: reasons[kind],
      fields: differing(kind),
    })),
  }
}
