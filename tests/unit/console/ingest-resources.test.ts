import { expect, it } from 'vitest'
import { ingestResources } from '../../../console/src/lib/ingest-resources.ts'
import { resources } from '../../../functions/_shared/reso/dictionary.ts'

it('the console knows every resource of the dictionary', () => {
  expect(ingestResources).toEqual(resources.map(({ ingestName }) => ingestName))
})
