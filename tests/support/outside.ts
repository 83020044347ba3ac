import type pg from 'pg'

/**
 * What an API client may read, straight from the tables that the OData door reads: as its role, under its signed claims.
 */
export async function readAsClient<Row extends pg.QueryResultRow>(
  pool: pg.Pool,
  clientId: string,
  sql: string,
  values: unknown[] = [],
): Promise<Row[]> {
  const client = await pool.connect()
  try {
    await client.query('begin read only')
    const { rows } = await client.query(`select mls.api_client_context($1) ->> 'claims' as claims`, [
      clientId,
    ])
    await client.query('set local role mls_api_read')
    await client.query(`select set_config('mls.claims', $1, true)`, [rows[0].claims])
    return (await client.query<Row>(sql, values)).rows
  } finally {
    await client.query('rollback')
    client.release()
  }
}
