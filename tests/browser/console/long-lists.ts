import { expect } from 'vitest'
import type { ConsoleUnderTest } from '../../support/console.ts'

/** More than two pages of a stage. */
const amount = 103

/**
 * A stage of the board that is longer than a page, of listings that entered it in the same moment, at others, and at none
 * that is known. Answers how many it shows before and after each page is asked for, and whether any stood there twice.
 */
export async function pagesTheBoard(console: ConsoleUnderTest) {
  await fillStage(console)
  const visit = await console.open('broker_cy', 'board?city=Troodos')
  const { page } = visit
  const stage = page.getByRole('region', { name: 'Agreement' })
  const cards = stage.getByRole('listitem')
  const more = stage.getByRole('button', { name: 'Show more: Agreement' })
  const shown: string[] = []
  for (const wanted of [50, 100]) {
    await expect.poll(() => cards.count()).toBe(wanted)
    shown.push(await stage.getByText('Shown:').innerText())
    await more.click()
  }
  await expect.poll(() => cards.count()).toBe(amount)
  const names = await cards.getByRole('link').allInnerTexts()
  const seen = {
    shown,
    counted: (await stage.getByRole('heading').innerText()).replace(/\s+/g, ' '),
    different: new Set(names).size,
    more: await more.count(),
    faults: visit.faults,
  }
  await visit.close()
  return seen
}

async function fillStage({ hub }: ConsoleUnderTest): Promise<void> {
  const connection = await hub.pool.connect()
  try {
    await connection.query('begin')
    // nothing is served or sent of them: they are to stand on a board
    await connection.query('alter table public.mls_listings disable trigger user')
    await connection.query(
      `insert into public.mls_listings (tenant_id, originating_office_key, origin_system, origin_key, ref, status, city,
         property_type, list_price, currency_code, name, claimed_at, broker_id, status_changed_at)
       select t.id, 'SHARPSIR-CY-001', 'QOBRIX', 'QOBRIX_BOARD' || n, 'BOARD-' || n, 'AGREEMENT_PENDING', 'Troodos',
         'Residential', 100000 + n, 'EUR', 'Home ' || n, now(), u.id,
         case n % 3 when 0 then null when 1 then now() else now() - n * interval '1 hour' end
       from public.mls_tenants t, auth.users u, generate_series(1, $1::int) n
       where t.code = 'CY' and u.email = 'broker.cy@demo.example'`,
      [amount],
    )
    await connection.query('alter table public.mls_listings enable trigger user')
    await connection.query('commit')
  } finally {
    connection.release()
  }
}
