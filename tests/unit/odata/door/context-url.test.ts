import { expect, it } from 'vitest'
import { modelFor } from '../../../../functions/_shared/odata/model/model.ts'
import { contextUrl } from '../../../../functions/odata/context-url.ts'
import { plan } from '../support.ts'

const property = modelFor('gold', []).entityTypes.get('Property')!

it.each<[options: Record<string, string>, context: string]>([
  [{}, 'Property'],
  [{ $select: '*' }, 'Property'],
  [{ $select: '*,City' }, 'Property'],
  [{ $select: 'City,ListPrice,City' }, 'Property(City,ListPrice)'],
  [{ $select: 'Media' }, 'Property(Media)'],
  [{ $select: 'City,Media', $expand: 'Media($select=Order)' }, 'Property(City,Media(Order))'],
  [{ $expand: 'Media' }, 'Property(Media())'],
  [{ $expand: 'Media/$count' }, 'Property'],
  [{ $expand: 'Media/$ref' }, 'Property(Media())'],
  [
    { $select: 'City', $expand: 'ListAgent($select=MemberKey;$expand=Office),Media($select=Order)' },
    'Property(City,ListAgent(MemberKey,Office()),Media(Order))',
  ],
])('%o', (options, context) => {
  expect(contextUrl({ root: 'https://hub.test/odata' }, property, plan(options))).toBe(
    `https://hub.test/odata/$metadata#${context}`,
  )
})
