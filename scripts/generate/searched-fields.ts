import { resources } from '../../functions/_shared/reso/dictionary.ts'
import { type GeneratedObject, list, literal } from './sql.ts'

/** mls.searched_fields(): what `$search` looks through; the index is made to match after a change. */
export function searchedFields(): GeneratedObject {
  const rows = resources.filter(({ searched }) => searched).map(({ ingestName, searched }) =>
    `(${literal(ingestName)}, ${literal(`{${searched!.join(',')}}`)}::text[])`
  )
  return {
    kind: 'function',
    subject: 'serving',
    signature: 'mls.searched_fields()',
    then: 'select mls.match_search();',
    sql: `create or replace function mls.searched_fields() returns table (resource text, fields text[])
language sql immutable parallel safe set search_path = ''
as $$
  values
${list(rows, 4)}
$$;
comment on function mls.searched_fields() is 'Fields that $search looks through, by resource; none of them needs a grant. After a change: mls.match_search().';`,
  }
}
