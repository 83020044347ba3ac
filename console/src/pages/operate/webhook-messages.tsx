import { t } from '../../i18n/index.ts'
import { dateTime, number } from '../../lib/format.ts'
import { ofDoor, usePages } from '../../lib/pages.ts'
import { Json } from '../../ui/json.tsx'
import { Load } from '../../ui/load.tsx'
import { More } from '../../ui/more.tsx'
import { Card, StatusBadge } from '../../ui/parts.tsx'
import { DataTable } from '../../ui/table.tsx'

/** A message as the door tells it: what was sent, how often, and what the last answer was. */
export interface SentMessage {
  id: string
  status: 'PENDING' | 'DELIVERED' | 'FAILED'
  attempts: number
  created_at: string
  last_status: number | null
  last_error: string | null
  body: unknown
}

/** What a subscriber was sent in 30 days, the newest first. */
export function Messages({ id, name }: { id: string; name: string }) {
  const messages = usePages<SentMessage>(
    ofDoor<SentMessage>(`admin/subscriptions/${id}/messages`, 'messages', 'before'),
  )
  const title = t('webhooks.messages_of', { name })
  return (
    <Card title={<span className='foreign'>{title}</span>}>
      <Load of={messages} lines={3}>
        {(rows) => (
          <DataTable
            rows={rows}
            caption={title}
            empty={t('webhooks.no_messages')}
            rowKey={({ id }) => id}
            columns={[
              {
                id: 'when',
                title: t('common.when'),
                by: ({ created_at }) => created_at,
                cell: ({ created_at }) => dateTime(created_at),
              },
              {
                id: 'status',
                title: t('common.status'),
                by: ({ status }) => status,
                cell: ({ status }) => <StatusBadge status={status} />,
              },
              {
                id: 'attempts',
                title: t('deliveries.attempts'),
                end: true,
                by: ({ attempts }) => attempts,
                cell: ({ attempts }) => number(attempts),
              },
              {
                id: 'answer',
                title: t('webhooks.last'),
                by: ({ last_status }) => last_status,
                cell: ({ last_status, last_error }) => last_error ?? last_status ?? '–',
              },
              { id: 'body', title: t('webhooks.body'), cell: ({ body }) => <Json of={body} label='JSON' /> },
            ]}
          />
        )}
      </Load>
      <More of={messages} name={title} />
    </Card>
  )
}
