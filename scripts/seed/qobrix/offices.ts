import type { GoldRecord } from '../gold.ts'
import type { Market } from '../markets.ts'
import { randomFor } from '../prng.ts'
import { qobrixDialect } from '../spark.ts'
import { inventPhone } from '../words/names.ts'
import { qobrixId, qobrixKey } from './ids.ts'
import { etlStamp, qobrixTimes } from '../stamps.ts'

/** Agencies that work with the brokerage; gold calls every agency or parent agent an office. */
export const AGENCIES = [
  'Sharp Estates Limassol',
  'Sharp Estates Paphos',
  'Sharp Estates Larnaca',
  'Κτηματική Λευκωσίας',
  'Cape Greco Realty',
  'Akamas Land & Homes',
  "Aphrodite's Rock Estates",
  'Недвижимость у моря',
]

export function officeRecord(market: Market, number: number): GoldRecord {
  const random = randomFor(market.code, 'agency', number)
  const wire = qobrixDialect(random)
  const town = random.pick(market.towns)
  const ref = `A${100 + number}`
  return {
    OfficeKey: qobrixKey('office', number),
    OfficeMlsId: ref,
    OfficeName: AGENCIES[number - 1]!,
    OfficeEmail: `office${number}@example.com`,
    OfficePhone: inventPhone(random),
    OfficeFax: wire.text(random.chance(0.4) ? inventPhone(random) : null),
    OfficeStatus: number === 8 ? 'Inactive' : 'Active',
    OfficeType: random.pick(['MLS', 'Broker']),
    OfficeAddress1: `${random.pick(town.streets)} ${random.int(1, 90)}`,
    OfficeAddress2: '',
    OfficeCity: town.spellings[0]!,
    OfficeStateOrProvince: town.state,
    OfficePostalCode: town.postcode,
    OfficeCountry: 'CY',
    OfficeBrokerKey: qobrixKey('agent', number),
    X_QobrixAgentId: qobrixId('agent', number),
    X_QobrixAgentRef: ref,
    X_QobrixDescription: wire.text(
      random.chance(0.5) ? 'Partner agency; shares 50% of the commission' : null,
    ),
    X_QobrixCommission1: wire.decimal(random.int(20, 50) / 10),
    X_QobrixCommission2: wire.text(random.chance(0.5) ? '2.50' : null),
    X_QobrixCommission3: wire.text(random.chance(0.3) ? '1.00' : null),
    X_QobrixAgreementDate: wire.text(random.chance(0.6) ? '2024-03-18' : null),
    X_QobrixOwnerId: qobrixId('user', 1 + number % 4),
    X_QobrixPrimaryContactId: qobrixId('contact', 20 + number),
    ...qobrixTimes(random),
    ...etlStamp(market.officeKey, wire),
  }
}
