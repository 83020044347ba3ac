import { expect, it } from 'vitest'
import { resources } from '../../../functions/_shared/reso/dictionary.ts'
import type { Field, Resource } from '../../../functions/_shared/reso/types.ts'
import { dictionaryFaults } from '../../../scripts/generate/check-dictionary.ts'

const resource = (fields: Field[], more: Partial<Resource> = {}): Resource => ({
  name: 'Pet',
  key: 'PetKey',
  ingestName: 'pet',
  table: 'mls_pets',
  description: 'Pets.',
  standardFields: 0,
  example: { filter: 'true', record: {} },
  ...more,
  fields: [{ name: 'PetKey', type: 'STRING', column: 'pet_key' }, ...fields],
})

it('finds nothing wrong with the dictionary as it is', () => {
  expect(dictionaryFaults(resources)).toEqual([])
})

it.each<{ what: string; resource: Resource; fault: string }>([
  {
    what: 'a field that is there twice',
    resource: resource([{ name: 'PetKey', type: 'STRING' }]),
    fault: 'Pet.PetKey is described twice',
  },
  {
    what: 'a column of two fields',
    resource: resource([{ name: 'PetId', type: 'STRING', column: 'pet_key' }]),
    fault: 'Two fields of Pet name the column pet_key',
  },
  {
    what: 'a name that cannot be one',
    resource: resource([{ name: 'X Pet', type: 'STRING' }]),
    fault: 'Pet.X Pet is no name of a field',
  },
  {
    what: 'a name that Postgres would cut',
    resource: resource([{ name: `X_${'Long'.repeat(16)}`, type: 'STRING' }]),
    fault: 'is no name of a field',
  },
  {
    what: 'a name of a column that served tables have anyway',
    resource: resource([{ name: 'doc', type: 'STRING' }]),
    fault: 'Pet.doc is a name that served tables use themselves',
  },
  {
    what: 'a key that needs a grant',
    resource: {
      ...resource([]),
      fields: [{ name: 'PetKey', type: 'STRING', column: 'pet_key', sensitive: true }],
    },
    fault: 'Pet.PetKey is the key and cannot be sensitive',
  },
  { what: 'a key that is no field', resource: resource([], { key: 'Key' }), fault: 'Pet.Key is the key' },
  {
    what: 'a search in a field that is gone',
    resource: resource([], { searched: ['PetName'] }),
    fault: 'Pet.PetName is searched or indexed, and no field',
  },
  {
    what: 'a search in numbers',
    resource: resource([{ name: 'PetAge', type: 'INT' }], { searched: ['PetAge'] }),
    fault: 'Pet.PetAge is searched and no text',
  },
  {
    what: 'an index on what is sensitive',
    resource: resource([{ name: 'PetChip', type: 'STRING', sensitive: true }], {
      indexes: [{ name: 'chip', fields: ['PetChip nulls first', 'seq'] }],
    }),
    fault: 'Pet.PetChip is sensitive',
  },
])('names $what', ({ resource, fault }) => {
  expect(dictionaryFaults([resource])).toEqual([expect.stringContaining(fault)])
})
