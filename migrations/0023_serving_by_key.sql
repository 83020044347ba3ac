-- Look-ups by key, the most frequent read of all. To plan one takes longer than to run it (220 columns, a dozen indexes:
-- 270 of 340 us), and a transaction pooler lets no prepared statement live. A plpgsql function keeps its plans wherever it
-- runs: 170 us. It reads as its caller, under row level security.

-- ----- mls.served_by(text, text[]) -----
create function mls.served_by(field text, wanted text[]) returns table (
  link text, record_id uuid, seq bigint, office_key text, is_published boolean, is_deleted boolean, stamp bigint,
  doc text, doc_gold text, doc_dd2 text
)
language plpgsql stable rows 10 set search_path = '' set plan_cache_mode = force_generic_plan
set enable_seqscan = off -- the plan of an empty table must not be the one that serves a full one
as $$
begin
  case field
    when 'Property.ListingKey' then
      return query
      select s."ListingKey", s.record_id, s.seq, s.office_key, s.is_published, s.is_deleted, s.stamp, s.doc, s.doc_gold, s.doc_dd2
      from public.served_property s where s."ListingKey" = any (wanted) and not s.is_deleted;
    when 'Media.ResourceRecordKey' then
      return query
      select s."ResourceRecordKey", s.record_id, s.seq, s.office_key, s.is_published, s.is_deleted, s.stamp, s.doc, s.doc_gold, s.doc_dd2
      from public.served_media s where s."ResourceRecordKey" = any (wanted) and not s.is_deleted;
    when 'Media.MediaKey' then
      return query
      select s."MediaKey", s.record_id, s.seq, s.office_key, s.is_published, s.is_deleted, s.stamp, s.doc, s.doc_gold, s.doc_dd2
      from public.served_media s where s."MediaKey" = any (wanted) and not s.is_deleted;
    when 'Member.MemberKey' then
      return query
      select s."MemberKey", s.record_id, s.seq, s.office_key, s.is_published, s.is_deleted, s.stamp, s.doc, s.doc_gold, s.doc_dd2
      from public.served_member s where s."MemberKey" = any (wanted) and not s.is_deleted;
    when 'Office.OfficeKey' then
      return query
      select s."OfficeKey", s.record_id, s.seq, s.office_key, s.is_published, s.is_deleted, s.stamp, s.doc, s.doc_gold, s.doc_dd2
      from public.served_office s where s."OfficeKey" = any (wanted) and not s.is_deleted;
  end case;
end $$;
comment on function mls.served_by(text, text[]) is
  'Served records by a key, as far as the caller may read them: what all of a resource have in common, and their documents. `field` is Property.ListingKey, Media.ResourceRecordKey, Media.MediaKey, Member.MemberKey or Office.OfficeKey (20000 for another).';
grant execute on function mls.served_by(text, text[]) to mls_api_read;
