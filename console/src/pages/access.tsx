import { t, textOf } from '../i18n/index.ts'
import { useAccess } from '../lib/session.tsx'
import { Card, Facts, PageHead, Skeleton } from '../ui/parts.tsx'

/** What the database makes of one's token, in words. */
export function Page() {
  const access = useAccess()
  if (!access) return <Skeleton />
  const rights = { c: 'create', r: 'read', u: 'update', d: 'delete' } as const
  return (
    <>
      <PageHead title={t('access.title')} intro={t('access.intro')} />
      <Card>
        <Facts
          of={[
            [t('access.market'), access.tenant_code],
            [t('access.scope'), textOf('scope', access.scope)],
            [t('access.sees'), textOf('access_sees', access.scope)],
            [
              t('access.rights'),
              Object.entries(rights).filter(([letter]) => access.crud.includes(letter))
                .map(([, name]) => textOf('right', name)).join(', ') || t('access.none'),
            ],
            [t('access.teams'), access.team_ids.length],
            ['ID', access.user_id],
          ]}
        />
      </Card>
    </>
  )
}
