import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findChromium } from '../support/browser.ts'
import { type ConsoleUnderTest, startConsole } from '../support/console.ts'
import { accessibility } from './console/accessibility.ts'
import { publishWithoutTerminal } from './console/broker-story.ts'
import { tellsWhatWasSent } from './console/delivery-history.ts'
import { pagesTheBoard } from './console/long-lists.ts'
import { scrollsManyRows } from './console/many-rows.ts'
import { fitsEverywhere } from './console/overflow.ts'
import { refusesWhatIsNotYours } from './console/roles.ts'
import { keepsPeopleApart, keepsWhatWasWritten, outlivesANewBuild } from './console/sessions.ts'
import { keepsAHalfFilledForm, raceForAListing, showsHostileTexts } from './console/together.ts'
import { keepsSubscriptions } from './console/webhooks.ts'
import { findsHomes, fitsVisitors, hidesWhatIsHidden } from './console/website.ts'

/** The console as people use it: one hub with the demo brokerage for all of its pages. */
let console: ConsoleUnderTest

describe.skipIf(!findChromium())('the console', () => {
  beforeAll(async () => {
    console = await startConsole()
  })
  afterAll(() => console?.stop())

  it('takes a listing from the inbox to portals, without a terminal and without a mouse', async () => {
    const seen = await publishWithoutTerminal(console)
    expect(seen).toEqual({
      dialog: { trapped: true, returned: true },
      amiss: [],
      shown: true,
      inFeed: true,
      inDash: 'AC',
      foreign: [],
      faults: [],
    })
  }, 180_000)

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

  it('keeps what was written into other forms, and does what was asked for without a network', async () => {
    expect(await keepsWhatWasWritten(console)).toEqual({
      refused: 'Half of a note',
      typed: 'Made without a network',
    })
  })

  it('shows nothing of one person to the next, in the same tab or another', async () => {
    expect(await keepsPeopleApart(console)).toEqual({ draft: null, left: 0, asks: 0 })
  })

  it('goes on in a tab that is older than the build', async () => {
    expect(await outlivesANewBuild(console)).toEqual({ title: 'Clock and alerts' })
  })

  it('shows hostile texts as texts, in their place', async () => {
    expect(await showsHostileTexts(console)).toEqual({ pwned: false, drawn: 0, overflow: [], faults: [] })
  })

  it('shows every role its pages and no other, and the hub refuses what is behind those', async () => {
    const { seen, wanted } = await refusesWhatIsNotYours(console)
    expect(seen).toEqual(wanted)
  }, 180_000)

  it('fits a telephone and a desk in every language', async () => {
    expect(await fitsEverywhere(console)).toEqual({})
  }, 180_000)

  it('lets visitors search by words, filters and map, with the publishable key alone', async () => {
    const { seen, wanted } = await findsHomes(console)
    expect(seen).toEqual(wanted)
  })

  it('shows visitors no address that is hidden, and no text or filter as anything but what it is', async () => {
    expect(await hidesWhatIsHidden(console)).toEqual({
      street: 0,
      place: false,
      described: false,
      found: 0,
      similar: true,
      gone: 2,
      pwned: false,
      drawn: 0,
      structured: true,
      injected: ['0 homes', '0 homes'],
      faults: [],
    })
  })

  it('fits visitors with any screen and language, and axe-core finds no fault', async () => {
    expect(await fitsVisitors(console)).toEqual([])
  })

  it('shows all of a stage of the board, a page at a time', async () => {
    expect(await pagesTheBoard(console)).toEqual({
      shown: ['Shown: 50 of 103.', 'Shown: 100 of 103.'],
      counted: 'Agreement 103',
      different: 103,
      more: 0,
      faults: [],
    })
  })

  it('lets an administrator subscribe an address for a client, try it, pause it and end it', async () => {
    expect(await keepsSubscriptions(console)).toEqual({
      refused: true,
      kept: 'https://10.0.0.1/hook?key=1',
      secrets: true,
      signed: [true, true],
      withTest: 0,
      hidden: true,
      faults: [],
    })
  })

  it('tells what portals were told of a listing, page by page', async () => {
    expect(await tellsWhatWasSent(console)).toEqual({
      newest: true,
      shown: 'Shown: 100 of 103.',
      first: true,
      changes: 102,
      pwned: false,
      faults: [],
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
  }, 180_000)
})
