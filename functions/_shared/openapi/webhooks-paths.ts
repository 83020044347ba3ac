/** The addresses under which API clients keep their webhook subscriptions. */
import { type Operation, operationPaths } from './operations.ts'
import type { Json } from './schemas.ts'

const subscription =
  'The subscription: id, url, resource, kinds, filter, format, status, disabled_reason, position, failing_since, created_at, pending, failed'
const message =
  'id, sequence, status (PENDING, DELIVERED, FAILED), attempts, created_at, last_attempt_at, next_attempt_at, delivered_at, last_status, last_error, body'
const made: Json = { url: 'https://example.com/hook', resource: 'Property', filter: "City eq 'Paphos'" }
const root = '/egress/subscriptions'

const operations: [method: string, path: string, Operation][] = [
  ['get', root, {
    id: 'listSubscriptions',
    summary: 'The webhook subscriptions of the client',
    status: 200,
    answer: `{subscriptions: [...]}. ${subscription}`,
  }],
  ['post', root, {
    id: 'createSubscription',
    summary:
      'Subscribes to changes of a resource: url, resource, kinds?, filter?, format? (standard or reso)',
    status: 201,
    answer: `${subscription}; and its secret, this once`,
    body: made,
  }],
  ['get', `${root}/{id}`, {
    id: 'getSubscription',
    summary: 'A subscription',
    status: 200,
    answer: subscription,
  }],
  ['patch', `${root}/{id}`, {
    id: 'changeSubscription',
    summary: 'Changes url, kinds, filter (null takes it away) or format',
    status: 200,
    answer: subscription,
    body: { url: 'https://example.com/other' },
  }],
  ['delete', `${root}/{id}`, {
    id: 'deleteSubscription',
    summary: 'Ends a subscription',
    status: 204,
    answer: 'Ended',
  }],
  ['get', `${root}/{id}/messages`, {
    id: 'listMessages',
    summary:
      'Messages of the last 30 days, the newest first; query: status, before (id of a message), limit (50)',
    status: 200,
    answer: `{messages: [...], next?}: ${message}`,
  }],
  ['post', `${root}/{id}/messages/{message}/retry`, {
    id: 'retryMessage',
    summary: 'Tries a message again, now and with all its attempts',
    status: 202,
    answer: '{id, retried}',
  }],
  ['post', `${root}/{id}/retry`, {
    id: 'retryMessages',
    summary: 'Tries all messages again that were given up',
    status: 202,
    answer: '{id, retried}',
  }],
  ['post', `${root}/{id}/test`, {
    id: 'testSubscription',
    summary: 'Sends a test now, signed like any message',
    status: 200,
    answer: `The message, with the answer that came: ${message}`,
  }],
  ['post', `${root}/{id}/rotate`, {
    id: 'rotateSecret',
    summary: 'A new secret; each one before signs too for a day after it was replaced',
    status: 200,
    answer: '{id, secret, previous_secret_valid_hours}',
  }],
  ['post', `${root}/{id}/replay`, {
    id: 'replaySubscription',
    summary: 'Starts again after a sequence, in the place of what waits of it',
    status: 202,
    answer: '{id, position}',
    body: { from: '0' },
  }],
  ['post', `${root}/{id}/enable`, {
    id: 'enableSubscription',
    summary: 'Takes up a disabled subscription where it stopped',
    status: 200,
    answer: '{id, status}',
  }],
]

export const webhooksTag = {
  name: 'Webhooks',
  description:
    'A client is told of changes of what it may read, by messages signed as Standard Webhooks has it.',
}

export const webhooksPaths: Json = operationPaths(webhooksTag.name, 'odata', operations, {
  id: '00000000-0000-4000-8000-000000000000',
  message: '00000000-0000-4000-8000-000000000000',
})
