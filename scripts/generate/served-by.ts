import { resources } from '../../functions/_shared/reso/dictionary.ts'
import { linkFields, servedName } from '../../functions/_shared/reso/names.ts'
import { type GeneratedObject, identifier, literal } from './sql.ts'

const document =
  's.record_id, s.seq, s.office_key, s.is_published, s.is_deleted, s.stamp, s.doc, s.doc_gold, s.doc_dd2'

/**
 * Look-ups by key, the most frequent read of all. To plan one takes longer than to run it (220 columns, a dozen indexes:
 * 270 of 340 us), and a transaction pooler lets no prepared statement live. A plpgsql function keeps its plans wherever it
 * runs: 170 us. It reads as its caller, under row level security.
 */
export function servedBy(): GeneratedObject {
  const cases = resources.flatMap((resource) =>
    linkFields(resource).map((field) => {
      const column = `s.${identifier(field)}`
      return `    when ${literal(`${resource.name}.${field}`)} then
      return query select ${column}, ${document}
      from public.${servedName(resource)} s where ${column} = any (wanted) and not s.is_deleted;`
    })
  )
  return {
    kind: 'function',
    subject: 'serving',
    signature: 'mls.served_by(text,text[])',
    sql: `create or replace function mls.served_by(field text, wanted text[]) returns table (
  link text, record_id uuid, seq bigint, office_key text, is_published boolean, is_deleted boolean, stamp bigint,
  doc text, doc_gold text, doc_dd2 text
)
language plpgsql stable rows 10 set search_path = '' set plan_cache_mode = force_generic_plan
set enable_seqscan = off -- the plan of an empty table must not be the one that serves a full one
as $$
begin
  case field
${cases.join('\n')}
  end case;
end $$;
comment on function mls.served_by(text, text[]) is
  'Served records by their key (Property.ListingKey) or by that of their listing (Media.ResourceRecordKey), as far as the caller may read them: what all of a resource have in common, and their documents. 20000 for another field.';
grant execute on function mls.served_by(text, text[]) to mls_api_read;`,
  }
}
