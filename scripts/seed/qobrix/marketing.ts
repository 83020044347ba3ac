import { isoDate } from '../calendar.ts'
import type { GoldRecord } from '../gold.ts'
import type { Home } from '../home.ts'
import type { Random } from '../prng.ts'
import type { Dialect } from '../spark.ts'
import { publicRemarks, shortDescription } from '../words/remarks.ts'
import { title } from '../words/titles.ts'

/** Texts, links and what the website does with the listing. */
export function marketingFields(home: Home, wire: Dialect): GoldRecord {
  const random = home.random('marketing')
  const published = home.status === 'Active' && random.chance(0.9)
  return {
    PublicRemarks: publicRemarks(home),
    X_ShortDescription: wire.text(random.chance(0.6) ? shortDescription(home) : null),
    X_PropertyName: title(home),
    X_LeadSource: wire.text(
      random.chance(0.5) ? random.pick(['Website', 'Walk-in', 'Σύσταση', 'Portal']) : null,
    ),
    X_WebsiteListingDate: published ? isoDate(home.created) : null,
    X_WebsiteStatus: published ? 'published' : 'unpublished',
    X_WebsiteUrl: wire.text(published ? `https://www.example.com/property/${home.ref.toLowerCase()}` : null),
    X_KeyHolderDetails: wire.text(random.chance(0.25) ? random.pick(KEY_HOLDERS) : null),
    // Gold guesses the broker from the project's name, and so finds places.
    X_ListingBrokerName: home.project?.name ?? wire.text(random.chance(0.1) ? home.town.spellings[0]! : null),
    X_Featured: wire.flag(random.chance(0.1)),
    X_FeaturedPriority: wire.text(random.chance(0.1) ? `${random.int(1, 9)}` : null),
    X_PropertyOfTheMonth: wire.flag(random.chance(0.01)),
    X_VideoLink: wire.text(random.chance(0.12) ? videoLink(home, random) : null),
    X_VirtualTourLink: wire.text(random.chance(0.08) ? `https://tours.example.com/show/${home.ref}` : null),
    X_ExcludedProperty: wire.boolean(random.chance(0.05)),
  }
}

const KEY_HOLDERS = ['Office, hook 14', "Neighbour's flat 3", 'Σωτήρης, θυρωρός', 'У консьержа']

/** An invented id of eleven characters. */
export function youtubeId(home: Home): string {
  return `demo_CY${`${home.number}`.padStart(4, '0')}`
}

function videoLink(home: Home, random: Random): string {
  const id = youtubeId(home)
  return random.pick([
    `https://www.youtube.com/watch?v=${id}`,
    `https://youtu.be/${id}`,
    `https://www.youtube.com/embed/${id}?rel=0`,
  ])
}
