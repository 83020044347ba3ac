import { expect } from 'vitest'
import type { ConsoleUnderTest } from '../../support/console.ts'

/** One page of the list and some more. */
const amount = 103

/** What portals were told of a listing: the newest first, with their answers and what changed, to the first of all. */
export async function tellsWhatWasSent(console: ConsoleUnderTest) {
  const { hub } = console
  const { rows: [listing] } = await hub.pool.query<{ id: string }>(
    `select id from mls_listings where broker_id = $1 and status = 'PUBLISHED' limit 1`,
    [hub.users.broker_cy!.id],
  )
  await hub.pool.query('delete from mls_delivery_history where listing_id = $1', [listing!.id])
  await hub.pool.query(
    `insert into mls_delivery_history (tenant_id, listing_id, portal_id, outcome, attempts, first_at, last_at, status, calls, error, changes)
     select l.tenant_id, l.id, p.id, case n when 1 then 'sent' when $2 then 'refused' else 'sent' end, case n when $2 then 3 else 1 end,
       now(), now() - ($2 - n) * interval '1 hour', case n when $2 then 422 else 200 end,
       jsonb_build_array(jsonb_build_object('operation', 'update', 'status', case n when $2 then 422 else 200 end)),
       case n when $2 then '<img src=x onerror="window.pwned=1"> is no price' end,
       case when n > 1 then jsonb_build_object('price.amount', jsonb_build_array(n - 1, n)) end
     from mls_listings l join mls_portal_definitions p on p.tenant_id = l.tenant_id and p.code = 'SIR_GLOBAL',
       generate_series(1, $2::int) n where l.id = $1 order by n`,
    [listing!.id, amount],
  )
  const visit = await console.open('broker_cy', `listings/${listing!.id}?tab=portals`)
  const { page } = visit
  const table = page.getByRole('table', { name: 'What was sent' })
  const rows = table.getByRole('row')
  await expect.poll(() => rows.count()).toBe(101) // with its head
  const newest = (await rows.nth(1).innerText()).replace(/\s+/g, ' ')
  const shown = await page.getByText('Shown:').innerText()
  await page.getByRole('button', { name: 'Show more: What was sent' }).click()
  await expect.poll(() => rows.count()).toBe(amount + 1)
  const first = (await rows.last().innerText()).replace(/\s+/g, ' ')
  const changes = new Set(await table.getByRole('listitem').allInnerTexts()).size
  await visit.screenshot('delivery-history')
  const pwned = await page.evaluate(() => 'pwned' in globalThis)
  await visit.close()
  return {
    newest: newest.includes('refused × 3') && newest.includes('update 422') &&
      newest.includes('is no price') && newest.includes('Amount: 102 → 103'),
    shown,
    first: first.includes('all of it'),
    changes,
    pwned,
    faults: visit.faults,
  }
}
