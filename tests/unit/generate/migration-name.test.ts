import { describe, expect, it } from 'vitest'
import { migrationName } from '../../../scripts/generate/migration-name.ts'

const files = [
  '0001_platform_foundation.sql',
  '0002_generated_property_x_pets.sql',
  '0003_generated_property.sql',
]

describe('the name of a generated migration', () => {
  it.each([
    { resources: ['property'], fields: ['X_PetFee'], name: '0004_generated_property_x_pet_fee.sql' },
    { resources: ['property'], fields: ['X_A', 'B2C'], name: '0004_generated_property_x_a_b2_c.sql' },
    { resources: ['member', 'office'], fields: [], name: '0004_generated_dictionary.sql' },
    { resources: [], fields: [], name: '0004_generated_dictionary.sql' },
    { resources: ['property'], fields: ['X_Pets'], name: '0004_generated_property_x_pets_2.sql' },
    { resources: ['property'], fields: [], name: '0004_generated_property_2.sql' },
    {
      resources: ['showing_appointment'],
      fields: Array.from({ length: 40 }, (_, n) => `X_Field${n}`),
      name: '0004_generated_showing_appointment_40_fields.sql',
    },
  ])('is $name', ({ resources, fields, name }) => {
    expect(migrationName(files, resources, fields)).toBe(name)
  })
})
