import { t } from '../../i18n/index.ts'
import { PageHead } from '../../ui/parts.tsx'
import { Records } from './records.tsx'

/** Webhook subscriptions of API clients. They are made by the clients themselves: egress/subscriptions. */
export function Page() {
  return (
    <>
      <PageHead title={t('nav.webhooks')} intro={t('webhooks.intro')} />
      <Records
        path='admin/subscriptions'
        caption={t('nav.webhooks')}
        empty={t('webhooks.none')}
        hide={['tenant_id']}
      />
    </>
  )
}
