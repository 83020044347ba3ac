import { type GeneratedObject } from './sql.ts'

/**
 * The rules of every merge as expressions. They are written into its statement, for a call of a function with a search
 * path of its own costs 10 us a record, as much as an index.
 */

/** What is known of an incoming record: boolean expressions. */
export interface Known {
  /** A record of the hub bears its key. */
  match: string
  managed: string
  claimed: string
  rejected: string
  /** Of its twins in the batch; never null, as all above. */
  newest: string
  /** Null where a time is not known. */
  older: string
  same: string
}

/**
 * What happens to an incoming record, first rule first: skip (the hub is authoritative), reject (unusable), stale (older
 * than what is known, or than a twin in its batch), insert, unchanged (equal to the last applied record), track (claimed:
 * only price, status and place follow), refresh (unclaimed: the source wins). Unknown times (null) are never older.
 */
export const mergeOutcome = ({ match, managed, claimed, rejected, newest, older, same }: Known) =>
  `case
      when (${match}) and not (${managed}) then 'skip'
      when ${rejected} then 'reject'
      when not (${newest}) or (${older}) is true then 'stale'
      when not (${match}) then 'insert'
      when (${same}) is true then 'unchanged'
      when ${claimed} then 'track'
      else 'refresh'
    end`

/**
 * What came back from a portal is no new record but one of ours: it is followed (track) and changes nothing, since the
 * listing has its own source or is the hub's own.
 */
export const returnedOutcome = (isReturned: string, outcome: string) =>
  `case when ${outcome} = 'insert' and (${isReturned}) then 'track' else ${outcome} end`

/** Why a record cannot be taken at all, null when it can. */
export const rejectReason = (
  { recordKey, officeName, officeKey, errors, isErased }: {
    recordKey: string
    officeName: string
    officeKey: string
    errors: string
    isErased?: string
  },
) =>
  `case
    ${
    isErased ? `when ${isErased} then 'erased'\n    ` : ''
  }when jsonb_array_length(coalesce(${errors}, '[]')) > 0 then 'invalid_fields'
    when coalesce(${recordKey}, '') = '' then 'missing_key'
    when starts_with(${recordKey}, 'MANUAL_') then 'reserved_key'
    when ${officeKey} is null then case when coalesce(${officeName}, '') = '' then 'missing_office' else 'unknown_office' end
    when context ? 'offices' and not (context -> 'offices') ? ${officeKey} then 'office_mismatch'
    when context ? 'office_key' and context ->> 'office_key' <> ${officeKey} then 'office_mismatch'
  end`

/** mls.reject_reason(...): the same for whoever asks of one record. */
export function rejectReasonFunction(): GeneratedObject {
  return {
    kind: 'function',
    subject: 'ingest',
    signature: 'mls.reject_reason(text,text,text,jsonb,jsonb,boolean)',
    sql:
      `create or replace function mls.reject_reason(record_key text, office_name text, office_key text, errors jsonb, context jsonb, is_erased boolean default false)
returns text
language plpgsql immutable parallel safe set search_path = ''
as $$
begin
  return ${
        rejectReason({
          recordKey: 'record_key',
          officeName: 'office_name',
          officeKey: 'office_key',
          errors: 'errors',
          isErased: 'is_erased',
        })
      };
end $$;
comment on function mls.reject_reason(text, text, text, jsonb, jsonb, boolean) is
  'Why a record cannot be taken at all, null when it can: erased (a person who was removed for good), invalid_fields, missing_key, reserved_key (MANUAL_ begins the keys of listings created here), missing_office, unknown_office, office_mismatch (not an office of the client or of the run).';`,
  }
}

/**
 * One entry of the receipt for row `p` of a merge, as mls.merge_result() makes it; the function is called only for a row
 * of which there is something to say.
 */
export const mergeResult = (warnings: string, errors: string, isCollision: string) =>
  `case when p.outcome = 'reject' or ${isCollision} or ${warnings} <> '[]'
      then mls.merge_result(p.ordinal, p.record_key, p.outcome, p.reason, ${warnings}, ${errors}, ${isCollision})
      else jsonb_build_object('index', p.ordinal, 'key', p.record_key, 'outcome', p.outcome) end`
