import type { GoldRecord, GoldValue } from '../gold.ts'
import type { Market } from '../markets.ts'
import { type Random, randomFor } from '../prng.ts'
import { type Dialect, qobrixDialect } from '../spark.ts'
import { inventPerson, inventPhone } from '../words/names.ts'
import { COUNTS, qobrixId, qobrixKey } from './ids.ts'
import { etlStamp, qobrixTimes } from '../stamps.ts'

/** An agent: of his own agency, or of one of the others. */
export function agentRecord(market: Market, number: number): GoldRecord {
  const random = randomFor(market.code, 'agent', number)
  const wire = qobrixDialect(random)
  const agency = number <= COUNTS.agencies ? number : random.int(1, COUNTS.agencies)
  return {
    MemberKey: qobrixKey('agent', number),
    MemberMlsId: `A${100 + number}`,
    ...personFields(market, random, wire),
    MemberStatus: number === COUNTS.agencies ? 'Inactive' : 'Active',
    MemberType: number % 6 === 0 ? 'Broker' : 'Agent',
    OfficeKey: qobrixKey('office', agency),
    X_QobrixAgentId: qobrixId('agent', number),
    X_QobrixAgentRef: `A${100 + number}`,
    X_QobrixDescription: null,
    X_QobrixCommission1: wire.decimal(random.int(20, 50) / 10),
    X_QobrixAgreementDate: null,
    X_QobrixOwnerId: qobrixId('user', 1),
    X_QobrixPrimaryContactId: null,
    ...qobrixTimes(random),
    X_QobrixSourceType: 'agent',
    ...etlStamp(market.officeKey, wire),
  }
}

/** A user of the CRM. His OfficeKey is made from the user he reports to, so that no office answers to it. */
export function userRecord(market: Market, number: number): GoldRecord {
  const random = randomFor(market.code, 'user', number)
  const wire = qobrixDialect(random)
  return {
    MemberKey: qobrixKey('user', number),
    MemberMlsId: `U${number}`,
    ...personFields(market, random, wire),
    MemberStatus: random.chance(0.85) ? 'Active' : 'Inactive',
    MemberType: number === 1 ? 'Admin' : number <= 4 ? 'Supervisor' : random.pick(['Staff', 'Salesperson']),
    OfficeKey: number <= 4 ? '' : `QOBRIX_OFFICE_${qobrixId('user', 1 + number % 4)}`,
    X_QobrixAgentId: qobrixId('user', number),
    X_QobrixAgentRef: wire.text(null),
    X_QobrixDescription: null,
    X_QobrixCommission1: null,
    X_QobrixAgreementDate: null,
    X_QobrixOwnerId: wire.text(null),
    X_QobrixPrimaryContactId: null,
    ...qobrixTimes(random),
    X_QobrixSourceType: 'user',
    ...etlStamp(market.officeKey, wire),
  }
}

function personFields(market: Market, random: Random, wire: Dialect): Record<string, GoldValue> {
  const { first, last, email } = inventPerson(random, 'example.com')
  const town = random.pick(market.towns)
  return {
    MemberFirstName: first,
    MemberLastName: last,
    MemberFullName: `${first} ${last}`,
    MemberEmail: email,
    MemberPreferredPhone: inventPhone(random),
    MemberOfficePhone: wire.text(random.chance(0.5) ? inventPhone(random) : null),
    MemberAddress1: wire.text(
      random.chance(0.5) ? `${random.pick(town.streets)} ${random.int(1, 90)}` : null,
    ),
    MemberCity: town.spellings[0]!,
    MemberStateOrProvince: town.state,
    MemberPostalCode: town.postcode,
    MemberCountry: 'CY',
  }
}
