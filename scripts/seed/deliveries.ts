import { isoStamp } from './calendar.ts'
import { completed } from './complete.ts'
import { dashMedia } from './dash/media.ts'
import { dashProperty } from './dash/property.ts'
import { type Brokerage, emptyBrokerage, type GoldRecord, type OfficeDelivery, RESOURCES } from './gold.ts'
import { type Home, homesOf, planHome } from './home.ts'
import { type Market, MARKETS } from './markets.ts'
import { REJECTS, withBrokenContacts, withBrokenMedia, withBrokenShowings, withOddities } from './oddities.ts'
import { contactRecord } from './qobrix/contacts.ts'
import { COUNTS } from './qobrix/ids.ts'
import { qobrixMedia } from './qobrix/media.ts'
import { agentRecord, userRecord } from './qobrix/members.ts'
import { AGENCIES, officeRecord } from './qobrix/offices.ts'
import { qobrixProperties } from './qobrix/property.ts'
import { showingRecord } from './qobrix/showings.ts'

/** The demo brokerage in gold form, all offices together; the records of one office follow each other. */
export function generateBrokerage(): Brokerage {
  const all = emptyBrokerage()
  for (const { records } of generateDeliveries()) {
    for (const resource of RESOURCES) all[resource].push(...records[resource])
  }
  return all
}

/** The same, office by office, as the three sources deliver it. */
export function generateDeliveries(): OfficeDelivery[] {
  return MARKETS.map((market) => ({
    officeKey: market.officeKey,
    records: market.source === 'QOBRIX' ? qobrixDelivery(market) : dashDelivery(market),
  }))
}

function qobrixDelivery(market: Market): Brokerage {
  const homes = homesOf(market)
  const numbered = (count: number) => Array.from({ length: count }, (_, index) => index + 1)
  const broken = Object.values(REJECTS).map((change, index) => change(brokenProperty(market, index)))
  return completed({
    office: numbered(AGENCIES.length).map((number) => officeRecord(market, number)),
    member: [
      ...numbered(COUNTS.agents).map((number) => agentRecord(market, number)),
      ...numbered(COUNTS.users).map((number) => userRecord(market, number)),
    ],
    contacts: withBrokenContacts(numbered(COUNTS.contacts).map((number) => contactRecord(market, number))),
    property: [...withOddities(homes.flatMap(qobrixProperties)), ...broken],
    media: withBrokenMedia(homes.flatMap(qobrixMedia)),
    showing_appointment: withBrokenShowings(
      numbered(COUNTS.showings).map((number) => showingRecord(homes, number)),
    ),
  })
}

/** Gold has no people, offices and viewings from Dash: the agents that its listings name stay unknown. */
function dashDelivery(market: Market): Brokerage {
  const homes = homesOf(market)
  const broken = brokenProperty(market, 0)
  const fromFile = market.source === 'DASH_FILE'
  return {
    ...emptyBrokerage(),
    property: [
      ...withOddities(homes.map(dashProperty)),
      ...(fromFile ? [olderCopy(homes[0]!)] : []),
      fromFile ? REJECTS.missing_key(broken) : REJECTS.unknown_office(broken),
    ],
    media: withBrokenMedia(homes.flatMap(dashMedia)),
  }
}

/** A listing that is in no other place, to be broken; it has no media. */
function brokenProperty(market: Market, index: number): GoldRecord {
  const home: Home = { ...planHome(market, market.homes + 1 + index), offer: 'sale' }
  return market.source === 'QOBRIX' ? qobrixProperties(home)[0]! : dashProperty(home)
}

/** The same Dash listing occurs in several files; the newest counts. */
function olderCopy(home: Home): GoldRecord {
  return { ...dashProperty(home), ListPrice: home.price + 1, ModificationTimestamp: isoStamp(home.created) }
}
