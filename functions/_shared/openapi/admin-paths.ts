/** The addresses of operators: what they look at and what they change. */
import { type Operation, operationPaths, pageAfter, pageBefore } from './operations.ts'
import type { Json } from './schemas.ts'

const client =
  'The client: client_id, name, scopes, offices, grants, edits, profile, api_visibility, top_means, stamps, rate_limit_per_minute, expires_at, disabled'
const market =
  'The market: code, name, country, currency, api_visibility, settings, offices: [{key, name, aliases, origin_system, currency, shrink_threshold}]'

const operations: [method: string, path: string, operation: Operation][] = [
  ['get', '/admin/status', {
    id: 'getStatus',
    summary: 'Queues, sources, schedules, feeds, open alerts',
    status: 200,
    answer: '{now, portals, sources, quarantine, schedules, feeds, alerts}',
  }],
  ['get', '/admin/integrity', {
    id: 'getIntegrity',
    summary: 'The hub against gold and against itself',
    status: 200,
    answer: '{ok, checked_at, counts, findings: [{severity, check, office_key, resource, message}]}',
    query: { office_key: 'Of this office alone', max_age_hours: 'When a source counts as quiet; 26' },
  }],
  ['get', '/admin/markets', {
    id: 'listMarkets',
    summary: 'Markets',
    status: 200,
    answer: `{markets: [...]}. ${market}`,
  }],
  ['post', '/admin/markets', {
    id: 'addMarket',
    summary: 'Sets up a market: office and workflow included',
    status: 201,
    answer: `${market}; 409 conflict where the code or a name of the office is taken`,
    body: {
      code: 'GR',
      name: 'Greece',
      currency: 'EUR',
      office: { key: 'DEMO-GR-001', origin_system: 'QOBRIX' },
    },
  }],
  ['patch', '/admin/markets/{code}', {
    id: 'changeMarket',
    summary:
      'Changes name, currency, api_visibility, settings, or of an office name, aliases, shrink_threshold',
    status: 200,
    answer: market,
    body: { settings: { price_approval_percent: 5 } },
  }],
  ['get', '/admin/clients', {
    id: 'listClients',
    summary: 'API clients, without secrets',
    status: 200,
    answer: `{clients: [...], next?}. ${client}`,
    query: pageAfter,
  }],
  ['post', '/admin/clients', {
    id: 'addClient',
    summary: 'Creates a client; its secret is shown once',
    status: 201,
    answer: `${client}; and client_secret`,
    body: { client_id: 'portal_gr', scopes: ['odata'], offices: ['DEMO-GR-001'] },
  }],
  ['patch', '/admin/clients/{id}', {
    id: 'changeClient',
    summary: 'Changes what a client may do and see, or shuts it out (disabled)',
    status: 200,
    answer: client,
    body: { grants: ['Contacts'], disabled: false },
  }],
  ['post', '/admin/clients/{id}/secret', {
    id: 'rotateClientSecret',
    summary: 'A new secret, shown once; the old one is accepted for grace_hours (24)',
    status: 200,
    answer: `${client}; and client_secret`,
    body: { grace_hours: 24 },
  }],
  ['get', '/admin/schedules', {
    id: 'listSchedules',
    summary: 'Jobs of the clock',
    status: 200,
    answer: '{schedules: [{job, cron, enabled, max_seconds, last_run_at, last_status, next_run_at}]}',
  }],
  ['patch', '/admin/schedules/{job}', {
    id: 'changeSchedule',
    summary: 'When a job runs, and whether',
    status: 200,
    answer: 'The job',
    body: { cron: '*/15 * * * *', enabled: true },
  }],
  ['get', '/admin/alerts', {
    id: 'listAlerts',
    summary: 'Open alerts, newest first',
    status: 200,
    answer: '{alerts: [{id, code, subject, level, message, opened_at, seen_at, resolved_at}], next?}',
    query: { resolved: 'true: those that are over, too', ...pageBefore },
  }],
  ['get', '/admin/settings', {
    id: 'listSettings',
    summary: 'What is agreed with sources that send, where it is not the default',
    status: 200,
    answer: '{ingest: [{source, office_key, overlap_seconds, max_stale_share}]}',
  }],
  ['put', '/admin/settings', {
    id: 'changeSettings',
    summary: 'Agrees on overlap and share of stale records with a source that sends',
    status: 200,
    answer: '{source, office_key, overlap_seconds, max_stale_share}',
    body: { source: 'gold', office_key: 'SHARPSIR-CY-001', overlap_seconds: 7200 },
  }],
  ['get', '/admin/actions', {
    id: 'listActions',
    summary: 'What operators did through this door, newest first',
    status: 200,
    answer: '{actions: [{id, at, operator, market, action, target, details}], next?}',
    query: pageBefore,
  }],
  ['post', '/admin/view-as', {
    id: 'viewAs',
    summary: 'A read-only token of five minutes that sees what {client_id} or {user_id} sees; it is logged',
    status: 200,
    answer: '{token, expires_in}',
    body: { client_id: 'portal_cy' },
  }],
  ['get', '/admin/usage', {
    id: 'getUsage',
    summary: 'What markets and clients used in a month',
    status: 200,
    answer:
      '{month, markets: [{market, listings, media_bytes, requests, records, searches, clients}], shared_clients}',
    query: { market: 'Of this market alone', month: 'As 2026-11; this month without it' },
  }],
  ['get', '/admin/subscriptions', {
    id: 'listSubscriptionsOfClients',
    summary: 'Webhook subscriptions of API clients, and how they are',
    status: 200,
    answer:
      '{subscriptions: [{id, client_id, resource, host, kinds, filter, format, state, disabled_reason, failing_since, created_at, waiting, failed, oldest_due, last_delivered_at, last_attempt_at, last_status, last_error}], next?}',
    query: { client_id: 'Of this client alone', state: 'active, failing or disabled', ...pageAfter },
  }],
  ['post', '/admin/subscriptions', {
    id: 'addSubscriptionOfClient',
    summary: 'Subscribes a client to what it may read; the secret is shown once',
    status: 201,
    answer:
      '{id, client_id, resource, host, kinds, filter, format, status, secret}; 409 conflict where the client is switched off',
    body: { client_id: 'portal_cy', url: 'https://example.com/hook', resource: 'Property' },
  }],
  ['patch', '/admin/subscriptions/{subscription}', {
    id: 'changeSubscriptionOfClient',
    summary: 'Changes url, kinds, filter (null takes it away) or format',
    status: 200,
    answer: '{id, client_id, resource, host, kinds, filter, format, status}',
    body: { kinds: ['created'] },
  }],
  ['delete', '/admin/subscriptions/{subscription}', {
    id: 'removeSubscriptionOfClient',
    summary: 'Ends a subscription',
    status: 204,
    answer: 'Ended',
  }],
  ['post', '/admin/subscriptions/{subscription}/rotate', {
    id: 'rotateSecretOfClient',
    summary: 'A new secret, shown once; each one before signs too for a day after it was replaced',
    status: 200,
    answer: '{id, client_id, secret, previous_secret_valid_hours}',
  }],
  ['post', '/admin/subscriptions/{subscription}/test', {
    id: 'testSubscriptionOfClient',
    summary: 'Sends a test now, signed like any message',
    status: 200,
    answer: 'The message, with the answer that came',
  }],
  ['post', '/admin/subscriptions/{subscription}/pause', {
    id: 'pauseSubscriptionOfClient',
    summary: 'Sends nothing until it is enabled; what happens meanwhile is told then',
    status: 200,
    answer: '{id, state}',
  }],
  ['get', '/admin/subscriptions/{subscription}/messages', {
    id: 'listMessagesOfSubscription',
    summary: 'What a subscriber was sent in 30 days, and what it answered',
    status: 200,
    answer:
      '{messages: [{id, sequence, status, attempts, created_at, last_attempt_at, next_attempt_at, delivered_at, last_status, last_error, body}], next?}',
    query: {
      status: 'PENDING, DELIVERED or FAILED',
      before: 'next of the page before',
      limit: 'Messages; 50, at most 200',
    },
  }],
  ['post', '/admin/subscriptions/{subscription}/enable', {
    id: 'enableSubscriptionOfClient',
    summary: 'Takes up a disabled subscription where it stopped',
    status: 200,
    answer: '{id, retried}',
  }],
  ['post', '/admin/subscriptions/{subscription}/retry', {
    id: 'retrySubscriptionOfClient',
    summary: 'Tries all again that a subscriber was given up on',
    status: 200,
    answer: '{id, retried}',
  }],
  ['get', '/egress/failures', {
    id: 'listFailures',
    summary: 'Deliveries that are parked or wait after a failure',
    status: 200,
    answer: '{failures: [...], next?}, the newest first',
    query: pageBefore,
  }],
  ['get', '/egress/history', {
    id: 'listDeliveries',
    summary: 'What portals were told of listings in 90 days, when, and what they answered',
    status: 200,
    answer:
      '{deliveries: [{id, market, portal, listing_key, listing_id, outcome, status, attempts, first_at, last_at, version, calls, error_code, error, external_id, payload_hash, media_hash, changes}], next?}, the newest first',
    query: {
      listing: 'Id, ListingKey or reference',
      portal: 'Code or id',
      outcome: 'sent, withdrawn, retry, refused or lost',
      before: 'next of the page before',
      limit: 'Rows; 50, at most 200',
    },
  }],
  ['post', '/egress/failures/redeliver', {
    id: 'redeliverFailures',
    summary: 'Tries failed deliveries again now, of one portal or error code where named',
    status: 200,
    answer: '{redelivered}',
    body: { portal: 'SIR_GLOBAL' },
  }],
]

export const adminTag = {
  name: 'Administration',
  description:
    'For clients of scope admin and system administrators; administrators of a market reach what is the market’s.',
}

export const adminPaths: Json = operationPaths(adminTag.name, 'admin', operations, {
  code: 'CY',
  id: 'portal_cy',
  job: 'feeds',
  subscription: 'a3c9b0de-5f0e-4d1c-8a52-0c8a1f6b7e11',
})
