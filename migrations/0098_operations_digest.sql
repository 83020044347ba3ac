-- The daily digest: what the hub did in a day (UTC), for people who read mail and not dashboards.

-- ----- mls_digests: one row per day that was told -----
create table public.mls_digests (
  day date primary key,
  figures jsonb not null,
  made_at timestamptz not null default clock_timestamp(),
  told_at timestamptz
);
comment on table public.mls_digests is
  'Digests by day. told_at: when it was sent; null while nobody could be told, and the job digest tries again each hour of the next day.';
alter table public.mls_digests enable row level security;
alter table public.mls_digests force row level security;
grant select, insert, update, delete on public.mls_digests to service_role;
insert into public.mls_retention_rules (table_name, time_column, keep, condition, reason) values
  ('public.mls_digests', 'day', '1 year', null, 'A month can be compared with that of the year before.');

-- ----- mls.digest_figures(day) -----
create function mls.digest_figures(day date) returns jsonb
language plpgsql stable set search_path = ''
as $$
declare
  since constant timestamptz := day::timestamp at time zone 'utc';
  until constant timestamptz := since + interval '24 hours';
begin
  return jsonb_build_object(
    'day', day,
    'ingest', coalesce((
      select jsonb_agg(to_jsonb(i) order by i.source)
      from (
        select r.client_id as source, sum(t.records) as records, sum(t.inserted) as inserted, sum(t.changed) as changed, sum(t.unchanged) as unchanged,
          sum(t.stale) as stale, sum(t.rejected) as rejected, sum(t.deleted) as deleted
        from public.mls_ingest_receipts r
        cross join lateral (
          select sum(x.value::bigint) as records,
            sum(x.value::bigint) filter (where x.key = 'insert') as inserted,
            sum(x.value::bigint) filter (where x.key in ('refresh', 'track')) as changed,
            sum(x.value::bigint) filter (where x.key in ('unchanged', 'skip')) as unchanged,
            sum(x.value::bigint) filter (where x.key = 'stale') as stale,
            sum(x.value::bigint) filter (where x.key = 'reject') as rejected,
            sum(x.value::bigint) filter (where x.key = 'delete') as deleted
          from jsonb_each_text(r.receipt -> 'totals') x
        ) t
        where r.received_at >= since and r.received_at < until
        group by r.client_id having sum(t.records) > 0
      ) i), '[]'),
    'deliveries', coalesce((
      select jsonb_agg(to_jsonb(d) order by d.market, d.portal)
      from (
        select t.code as market, p.code as portal, count(*) filter (where h.outcome = 'sent') as sent,
          count(*) filter (where h.outcome = 'withdrawn') as withdrawn,
          count(distinct h.listing_id) filter (where h.outcome in ('retry', 'refused', 'lost')) as failed,
          (select count(*) from public.mls_listing_syndications s where s.portal_id = p.id and s.status = 'FAILED') as parked
        from public.mls_delivery_history h
        join public.mls_portal_definitions p on p.id = h.portal_id
        join public.mls_tenants t on t.id = p.tenant_id
        where h.last_at >= since and h.last_at < until
        group by t.code, p.id, p.code
      ) d), '[]'),
    'webhooks', (
      select jsonb_build_object('delivered', count(*) filter (where m.delivered_at >= since and m.delivered_at < until),
        'given_up', count(*) filter (where m.status = 'FAILED' and m.last_attempt_at >= since and m.last_attempt_at < until))
      from public.mls_webhook_messages m where m.created_at < until and m.created_at > since - interval '4 days'),
    'quarantine', (select count(*) from public.mls_ingest_quarantine q where q.settled_at is null),
    'documents', coalesce((
      select jsonb_agg(to_jsonb(d) order by d.market)
      from (
        select t.code as market, count(*) filter (where x.uploaded_at >= since and x.uploaded_at < until) as uploaded,
          count(*) filter (where x.status = 'PENDING') as waiting,
          count(*) filter (where x.status = 'APPROVED' and x.expires_on between digest_figures.day and digest_figures.day + 30) as expiring
        from public.mls_listing_documents x join public.mls_tenants t on t.id = x.tenant_id
        group by t.code
      ) d
      where d.uploaded + d.waiting + d.expiring > 0), '[]'),
    'alerts', (
      select jsonb_build_object('opened', count(*) filter (where a.opened_at >= since and a.opened_at < until),
        'resolved', count(*) filter (where a.resolved_at >= since and a.resolved_at < until),
        'open', coalesce(jsonb_agg(jsonb_build_object('level', a.level, 'code', a.code, 'subject', a.subject, 'message', a.message, 'since', a.opened_at)
          order by a.level, a.opened_at) filter (where a.resolved_at is null), '[]'))
      from public.mls_alerts a));
end $$;
comment on function mls.digest_figures(date) is
  'What the hub did on a day (UTC): {day, ingest: [{source, records, inserted, changed, unchanged, stale, rejected, deleted}], deliveries: [{market, portal, sent, withdrawn, failed (listings), parked (now)}], webhooks: {delivered, given_up}, quarantine (now), documents: [{market, uploaded, waiting (now), expiring (within 30 days)}], alerts: {opened, resolved, open: [...]}}.';

-- ----- mls.untold_digest(day) -----
create function mls.untold_digest(day date) returns jsonb
language plpgsql volatile set search_path = ''
as $$
declare
  untold jsonb;
begin
  insert into public.mls_digests as d (day, figures) values (untold_digest.day, mls.digest_figures(untold_digest.day))
  on conflict on constraint mls_digests_pkey do nothing;
  select d.figures into untold from public.mls_digests d where d.day = untold_digest.day and d.told_at is null;
  return untold;
end $$;
comment on function mls.untold_digest(date) is 'The digest of a day, made now if it was not; null once it was told.';

insert into public.mls_schedules (job, cron, settings, description) values
  ('digest', '7 * * * *', '{"hour": 6}', 'Mails what the hub did the day before, once, from the hour (UTC) on that its settings name.');
