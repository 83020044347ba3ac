import type { GoldRecord } from '../gold.ts'
import type { Market } from '../markets.ts'
import { type Random, randomFor } from '../prng.ts'
import { type Dialect, qobrixDialect } from '../spark.ts'
import { inventPerson, inventPhone } from '../words/names.ts'
import { COUNTS, qobrixId, qobrixKey } from './ids.ts'
import { DEVELOPERS } from './projects.ts'
import { etlStamp, qobrixTimes } from '../stamps.ts'

const ROLES = ['Buyer', 'Seller', 'Tenant', 'Landlord', 'Investor', 'Agent', 'Other']
const COMPANIES = [
  'Lefkara Lace Trading Ltd',
  'Σκάλα Επενδύσεις',
  'ООО «Южный берег»',
  'Thornbury & Sons',
  'Алатау Инвест',
]
const COUNTRIES = ['CY', 'GB', 'RU', 'KZ', 'HU', 'DE', 'IL', 'LB']

/** Every this many, a contact repeats the person before under a new key: what e-mail and name have to find. */
const TWIN_EVERY = 50

export function contactRecord(market: Market, number: number): GoldRecord {
  const twinOf = number % TWIN_EVERY === 0 ? number - 1 : number
  const random = randomFor(market.code, 'contact', number)
  const wire = qobrixDialect(random)
  const developer = DEVELOPERS[number - 1]
  const company = developer ?? companyName(number)
  const town = random.pick(market.towns)
  return {
    ContactKey: qobrixKey('contact', number),
    ContactMlsId: `C${5000 + number}`,
    ...identity(company, randomFor(market.code, 'person', twinOf)),
    ContactEmail2: wire.text(random.chance(0.1) ? `second${number}@example.org` : null),
    ContactPhone: inventPhone(random),
    ContactPhone2: wire.text(random.chance(0.3) ? inventPhone(random) : null),
    ContactType: developer ? 'Developer' : random.pick(ROLES),
    ContactStatus: 'Active',
    ContactAddress1: wire.text(
      random.chance(0.6) ? `${random.pick(town.streets)} ${random.int(1, 90)}` : null,
    ),
    ContactCity: town.spellings[0]!,
    ContactStateOrProvince: town.state,
    ContactPostalCode: town.postcode,
    ContactCountry: random.pick(COUNTRIES),
    ...personalFacts(company, random, wire),
    ContactCompanyRegistrationNumber: company ? `HE ${100000 + number}` : '',
    ContactAssignedToKey: qobrixKey('user', random.int(1, COUNTS.users)),
    X_QobrixContactId: qobrixId('contact', number),
    X_QobrixContactRef: `C${5000 + number}`,
    X_QobrixContactLegacyId: null,
    X_QobrixDescription: wire.text(random.chance(0.4) ? random.pick(NOTES) : null),
    X_QobrixPreferredLanguage: random.pick(['en', 'el', 'ru', 'kk', 'hu', '']),
    X_QobrixContactPersonFirstName: null,
    X_QobrixContactPersonLastName: null,
    ...qobrixTimes(random),
    X_QobrixCreatedBy: qobrixId('user', random.int(1, COUNTS.users)),
    X_QobrixModifiedBy: qobrixId('user', random.int(1, COUNTS.users)),
    ...etlStamp(market.officeKey, wire),
  }
}

const NOTES = [
  'Prefers calls after 6 pm; speaks "a little" Greek.',
  'Ищет квартиру у моря, бюджет до 500 000 €, без торга 🙂',
  'Met at the Limassol fair.\nWants 3+ bedrooms, 100% freehold.',
  'Θέλει ενημέρωση μόνο με e-mail.',
]

/** One contact in seven is a company; its first and last names are empty, as Qobrix leaves them. */
function companyName(number: number): string | null {
  return number % 7 === 0 ? `${COMPANIES[number % COMPANIES.length]} ${number}` : null
}

function identity(company: string | null, random: Random): GoldRecord {
  const { first, last, email } = inventPerson(random, 'example.org')
  return {
    ContactFirstName: company ? '' : first,
    ContactLastName: company ? '' : last,
    ContactFullName: company ?? `${first} ${last}`,
    ContactEmail: email,
    ContactEntityType: company ? 'Company' : 'Individual',
    ContactCompanyName: company ?? '',
  }
}

function personalFacts(company: string | null, random: Random, wire: Dialect): GoldRecord {
  const maybe = (share: number, value: string) => wire.text(!company && random.chance(share) ? value : null)
  return {
    ContactNationality: maybe(0.5, random.pick(COUNTRIES)),
    ContactTitle: maybe(0.4, random.pick(['Mr', 'Mrs', 'Ms', 'Dr'])),
    ContactBirthdate: maybe(
      0.3,
      random.chance(0.8) ? `19${random.int(50, 99)}-0${random.int(1, 9)}-15` : '31/02/1970',
    ),
    ContactWebsite: wire.text(company ? 'https://www.example.com' : null),
  }
}
