import type pg from 'pg'

/**
 * Changes some listings of each office: their texts are found among what the clock has not taken into the index yet. The
 * others are in its counts.
 */
export async function waitForTheClock(pool: pg.Pool): Promise<void> {
  await pool.query('select mls.count_listings()')
  const { rowCount } = await pool.query(
    `update public.mls_listings set list_price = list_price + 1
     where id in (
       select id from (
         select id, row_number() over (partition by originating_office_key order by origin_key) as place
         from public.mls_listings where list_price is not null
       ) l where place <= 15
     )`,
  )
  if (!rowCount) throw new Error('There is no listing to change.')
}
