import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findFreePort } from '../../scripts/stack/ports.ts'
import { type Checkout, makeCheckout, type Outcome } from '../support/checkout.ts'

let checkout: Checkout
let first: Outcome
let port: string

beforeAll(async () => {
  checkout = makeCheckout()
  port = String(await findFreePort())
  first = await checkout.run('start', '--detach', '--port', port)
})
afterAll(async () => {
  await checkout.run('stop')
  checkout.remove()
})

describe('a start with the demo brokerage', () => {
  it('sends it through the ingest door and shows the receipt', () => {
    expect(first).toMatchObject({ code: 0, stderr: '' })
    expect(first.stdout).toMatch(/Demo brokerage, as the ingest door received it:/)
    expect(first.stdout).toMatch(/property +\d+ records: \d+ insert/)
    expect(first.stdout).toMatch(/media +\d+ records: \d+ insert/)
  })

  it('then status is content', async () => {
    expect(await checkout.run('status', '--json')).toMatchObject({ code: 0, stderr: '' })
  })

  it('is not sent again at the next start, whose receipt is the same', async () => {
    await checkout.run('stop')
    const again = await checkout.run('start', '--detach', '--port', port)
    expect(receipt(again)).toEqual(receipt(first))
    expect(again.stdout).not.toMatch(/ sent: /)
  })
})

const receipt = ({ stdout }: Outcome) => stdout.split('\n').filter((line) => line.includes(' records: '))
