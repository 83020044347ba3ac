import { isoDate } from '../calendar.ts'
import type { GoldRecord } from '../gold.ts'
import type { Home } from '../home.ts'
import type { Dialect } from '../spark.ts'
import { classesOf } from '../classes.ts'
import { COUNTS, qobrixKey } from './ids.ts'
import { lifecycle } from './lifecycle.ts'

/** Keys, status, classes, people and times. */
export function identityFields(home: Home, wire: Dialect): GoldRecord {
  const random = home.random('identity')
  const agentKey = random.chance(0.15) ? qobrixKey('agent', random.int(1, COUNTS.agents)) : ''
  const modified = wire.stamp(home.modified)
  return {
    ListingKey: home.listingKey,
    ListingId: home.ref,
    StandardStatus: home.status,
    ...classesOf(home.kind.family, home.offer === 'rent'),
    PropertySubType: home.kind.label,
    ...lifecycle(home, wire),
    BuilderName: home.project?.developer ?? null,
    BuilderModel: home.project?.name ?? null,
    ListingService: random.chance(0.35) ? 'FullService' : null,
    ListingAgreement: random.weighted([
      { weight: 20, value: 'ExclusiveAgency' },
      { weight: 30, value: 'Open' },
      { weight: 50, value: null },
    ]).value,
    LeaseConsideredYN: wire.boolean(home.offer === 'both' ? true : null),
    SaleConsideredYN: null,
    ListAgentKey: agentKey,
    CoListAgentKey: random.chance(0.08) ? qobrixKey('agent', random.int(1, COUNTS.agents)) : '',
    ListOfficeKey: home.market.listOfficeKey,
    X_SellerContactKey: random.chance(0.6) ? qobrixKey('contact', random.int(5, COUNTS.contacts)) : null,
    X_DeveloperContactKey: home.project ? qobrixKey('contact', home.project.developerContact) : null,
    X_CreatedByMemberKey: qobrixKey('user', random.int(1, COUNTS.users)),
    X_ModifiedByMemberKey: qobrixKey('user', random.int(1, COUNTS.users)),
    X_ProjectId: wire.text(home.project?.id ?? null),
    X_QobrixId: home.id,
    X_QobrixRef: home.ref,
    X_QobrixSource: random.pick(['direct', 'agent', 'external_site', '']),
    X_QobrixLegacyId: wire.text(random.chance(0.3) ? `${20000 + home.number}` : null),
    OriginalEntryTimestamp: wire.stamp(home.created),
    ListingContractDate: random.chance(0.7) ? isoDate(home.created) : null,
    ModificationTimestamp: modified,
    X_QobrixModified: modified,
    X_DataSource: 'qobrix',
  }
}
