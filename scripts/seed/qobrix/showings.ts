import { DAY, isoDate, isoStamp, MINUTE, TODAY } from '../calendar.ts'
import type { GoldRecord } from '../gold.ts'
import type { Home } from '../home.ts'
import { randomFor } from '../prng.ts'
import { qobrixDialect } from '../spark.ts'
import { COUNTS, qobrixId, qobrixKey } from './ids.ts'
import { etlStamp } from '../stamps.ts'

const REMARKS = [
  'Liked the terrace; asked about the noise.',
  'Ο πελάτης ζήτησε δεύτερη επίσκεψη.',
  'Понравился вид, смущает цена (−5 %?).',
  "Keys at the neighbour's. 3rd visit.",
]

/** A viewing. ShowingDate is the day it was entered; the appointment itself stands in X_QobrixDateTime. */
export function showingRecord(homes: readonly Home[], number: number): GoldRecord {
  const random = randomFor('CY', 'showing', number)
  const wire = qobrixDialect(random)
  const home = random.pick(homes)
  const created = TODAY - random.int(1, 200) * DAY + random.int(480, 1080) * MINUTE
  const appointment = created + random.int(1, 14) * DAY
  const over = appointment < TODAY
  return {
    ShowingAppointmentKey: qobrixKey('showing', number),
    ListingKey: home.listingKey,
    ShowingAgentKey: qobrixKey('agent', random.int(1, COUNTS.agents)),
    BuyerContactKey: null,
    ShowingDate: isoDate(created),
    ShowingStartTime: null,
    ShowingEndTime: null,
    ShowingStatus: over ? (random.chance(0.9) ? 'Completed' : 'Cancelled') : 'Scheduled',
    ShowingType: 'InPerson',
    ShowingRemarks: wire.text(over && random.chance(0.7) ? random.pick(REMARKS) : null),
    ShowingFeedback: wire.text(over && random.chance(0.4) ? random.pick(REMARKS) : null),
    ShowingOutcome: '',
    X_QobrixViewingId: qobrixId('showing', number),
    X_QobrixViewingRef: `V${300 + number}`,
    X_QobrixPropertyId: home.id,
    X_QobrixContactId: qobrixId('contact', random.int(1, COUNTS.contacts)),
    X_QobrixOwnerId: qobrixId('user', random.int(1, COUNTS.users)),
    X_QobrixDateTime: isoStamp(appointment),
    X_QobrixDuration: `${random.pick([30, 45, 60])}`,
    X_QobrixLocation: wire.text(random.chance(0.3) ? home.address : null),
    X_QobrixCreated: isoStamp(created),
    X_QobrixModified: isoStamp(Math.min(created + DAY, TODAY)),
    X_QobrixCreatedBy: qobrixId('user', random.int(1, COUNTS.users)),
    X_QobrixModifiedBy: qobrixId('user', random.int(1, COUNTS.users)),
    ...etlStamp(home.market.officeKey, wire),
  }
}
