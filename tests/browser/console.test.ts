import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findChromium } from '../support/browser.ts'
import { type ConsoleUnderTest, startConsole } from '../support/console.ts'
import { accessibility } from './console/accessibility.ts'
import { publishWithoutTerminal } from './console/broker-story.ts'
import { scrollsManyRows } from './console/many-rows.ts'
import {
  keepsAHalfFilledForm,
  raceForAListing,
  refusesWhatIsNotYours,
  showsHostileTexts,
} from './console/together.ts'

/** The console as people use it: one hub with the demo brokerage for all of its pages. */
let console: ConsoleUnderTest

describe.skipIf(!findChromium())('the console', () => {
  beforeAll(async () => {
    console = await startConsole()
  })
  afterAll(() => console?.stop())

  it('takes a listing from the inbox to portals, without a terminal', async () => {
    const seen = await publishWithoutTerminal(console)
    expect(seen).toEqual({ shown: true, inFeed: true, inDash: 'AC', foreign: [], faults: [] })
  })

  it('has no fault that axe-core finds on any page, in either theme, and calls nobody else', async () => {
    expect(await accessibility(console)).toEqual({ found: {}, foreign: [], faults: [] })
  }, 300_000)

  it('tells who lost a race for a listing who was faster', async () => {
    expect(await raceForAListing(console)).toEqual({ winners: 1, losers: 1, held: true })
  })

  it('keeps a half-filled form when the network goes, the session ends or the page is loaded anew', async () => {
    const text = 'Half of a sentence'
    expect(await keepsAHalfFilledForm(console)).toEqual({ afterwards: text, reloaded: text })
  })

  it('shows hostile texts as texts, in their place', async () => {
    expect(await showsHostileTexts(console)).toEqual({ pwned: false, drawn: 0, overflow: [], faults: [] })
  })

  it('has no page for brokers that is not theirs, and the hub refuses what is behind it', async () => {
    expect(await refusesWhatIsNotYours(console)).toEqual({
      menu: ['Inbox', 'My listings', 'Map'],
      refused: 7,
      doors: [403, 403, 403, 403],
    })
  })

  it('scrolls through ten thousand rows of the inbox, and draws those in sight', async () => {
    expect(await scrollsManyRows(console)).toEqual({
      fewDrawn: true,
      focused: '31',
      lost: false,
      endsWithTheOldest: true,
      fewAsked: true,
      filtered: 11,
      faults: [],
    })
  })
})
