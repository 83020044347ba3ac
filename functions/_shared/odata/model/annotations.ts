/** What `$metadata` says beyond names and types: annotations of fields, sets and the service. */
import type { Field } from '../../reso/types.ts'
import type { EntityType } from './model.ts'

/** The namespace of the original API. */
export const namespace = 'RESO.OData'

export type AnnotationValue =
  | string
  | boolean
  | string[]
  | { enumType: string; enumMember: string }
  | { record: Record<string, boolean | number | string[]> }

export interface Annotation {
  term: string
  value: AnnotationValue
}

const oasis = 'https://oasis-tcs.github.io/odata-vocabularies/vocabularies'

export const vocabularies = [
  { uri: `${oasis}/Org.OData.Core.V1.xml`, namespace: 'Org.OData.Core.V1', alias: 'Core' },
  {
    uri: `${oasis}/Org.OData.Capabilities.V1.xml`,
    namespace: 'Org.OData.Capabilities.V1',
    alias: 'Capabilities',
  },
  {
    uri: `${oasis}/Org.OData.Aggregation.V1.xml`,
    namespace: 'Org.OData.Aggregation.V1',
    alias: 'Aggregation',
  },
  {
    uri: 'https://resoweb.api/metadata/RESO.OData.Metadata.xml',
    namespace: 'RESO.OData.Metadata',
    alias: 'Metadata',
  },
]

/** A lookup is named as RESO's string enumerations demand: its members are rows of the Lookup resource. */
export function annotations({ dd, note }: Field): Annotation[] {
  return [
    ...(dd?.lookup ? [{ term: 'RESO.OData.Metadata.LookupName', value: dd.lookup }] : []),
    ...(note ? [{ term: 'Core.Description', value: note }] : []),
  ]
}

/** `edits` are the resources of which the client makes and changes records. */
export const setAnnotations = (
  { name, resource, navigations }: EntityType,
  edits: readonly string[],
): Annotation[] => [
  { term: 'Capabilities.InsertRestrictions', value: { record: { Insertable: edits.includes(name) } } },
  { term: 'Capabilities.UpdateRestrictions', value: { record: { Updatable: edits.includes(name) } } },
  { term: 'Capabilities.DeleteRestrictions', value: { record: { Deletable: false } } },
  { term: 'Capabilities.CountRestrictions', value: { record: { Countable: true } } },
  {
    term: 'Capabilities.ExpandRestrictions',
    value: { record: navigations.size > 0 ? { Expandable: true, MaxLevels: 4 } : { Expandable: false } },
  },
  {
    term: 'Capabilities.SearchRestrictions',
    value: { record: { Searchable: resource.searched !== undefined } },
  },
  { term: 'Capabilities.TopSupported', value: true },
  { term: 'Capabilities.SkipSupported', value: true },
  { term: 'Capabilities.ComputeSupported', value: true },
  {
    term: 'Aggregation.ApplySupported',
    value: { record: { Transformations: ['filter', 'groupby', 'aggregate'] } },
  },
]

export const containerAnnotations: Annotation[] = [
  {
    term: 'Capabilities.ConformanceLevel',
    value: { enumType: 'Capabilities.ConformanceLevelType', enumMember: 'Minimal' },
  },
  {
    term: 'Capabilities.SupportedFormats',
    value: ['application/json;odata.metadata=minimal', 'application/json;odata.metadata=none'],
  },
  {
    term: 'Capabilities.FilterFunctions',
    value: [
      'contains',
      'startswith',
      'endswith',
      'matchesPattern',
      'length',
      'indexof',
      'substring',
      'tolower',
      'toupper',
      'trim',
      'concat',
      'year',
      'month',
      'day',
      'hour',
      'minute',
      'second',
      'fractionalseconds',
      'date',
      'time',
      'totaloffsetminutes',
      'totalseconds',
      'now',
      'mindatetime',
      'maxdatetime',
      'round',
      'floor',
      'ceiling',
      'cast',
      'isof',
      'case',
      'geo.distance',
      'geo.intersects',
    ],
  },
  { term: 'Capabilities.BatchSupported', value: true },
]
