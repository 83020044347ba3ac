import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findChromium } from '../support/browser.ts'
import { type ConsoleUnderTest, startConsole } from '../support/console.ts'
import { publishWithoutTerminal } from './console/broker-story.ts'

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
})
