import { useQuery } from '@tanstack/react-query'
import { t } from '../../i18n/index.ts'
import { ago, number } from '../../lib/format.ts'
import { answer, door, hub } from '../../lib/hub.ts'
import { useAct } from '../../ui/act.ts'
import { Button } from '../../ui/button.tsx'
import { Json } from '../../ui/json.tsx'
import { Load } from '../../ui/load.tsx'
import { Cut } from '../../ui/more.tsx'
import { Card, Empty, Facts, PageHead } from '../../ui/parts.tsx'

interface Report {
  objects: number
  served_objects: number | null
  served_since: string | null
  appear: number
  vanish: number
  appearing: unknown[]
  vanishing: unknown[]
  cut: number
  max_objects: number | null
  waiting: number
  kinds: Record<string, number>
  findings: Record<string, unknown>
}

/** Portal feeds: what the next file holds, what would appear and vanish against the one that is served. */
export function Page() {
  const portals = useQuery({
    queryKey: ['feeds', 'portals'],
    queryFn: () =>
      answer(
        hub().from('mls_portal_definitions').select('name, config, is_active').eq(
          'channel_type',
          'FEED',
        ).order('name'),
      ),
  })
  return (
    <>
      <PageHead title={t('nav.feeds')} intro={t('feeds.intro')} />
      <Load of={portals}>
        {(rows) =>
          rows.length === 0
            ? <Empty>{t('feeds.none')}</Empty>
            : (
              <div className='grid items-start gap-4 lg:grid-cols-2'>
                {rows.map(({ name, config }) => {
                  const { file, format } = config as { file?: string; format?: string }
                  return file ? <FeedCard key={file} file={file} name={name} format={format ?? ''} /> : null
                })}
              </div>
            )}
      </Load>
    </>
  )
}

function FeedCard({ file, name, format }: { file: string; name: string; format: string }) {
  const report = useQuery({ queryKey: ['feeds', file], queryFn: () => door<Report>(`egress/feeds/${file}`) })
  const build = useAct(
    (force: boolean) => door(`egress/feeds/${file}${force ? '?force=true' : ''}`, { method: 'POST' }),
    { done: t('feeds.built'), changes: [['feeds']] },
  )
  return (
    <Card
      title={name}
      actions={
        <Button
          busy={build.isPending}
          onClick={() => build.mutate(false)}
          aria-label={`${t('feeds.build')}: ${name}`}
        >
          {t('feeds.build')}
        </Button>
      }
    >
      <Load of={report} lines={4}>
        {(row) => (
          <>
            <Facts
              of={[
                [t('feeds.file'), `${file} (${format})`],
                [t('feeds.served'), `${number(row.served_objects)} · ${ago(row.served_since)}`],
                [t('feeds.next'), number(row.objects)],
                [t('feeds.appear'), number(row.appear)],
                [t('feeds.vanish'), number(row.vanish)],
                [
                  t('feeds.cut'),
                  `${number(row.cut)}${row.max_objects ? ` (≤ ${number(row.max_objects)})` : ''}`,
                ],
              ]}
            />
            {row.appearing.length > 0 && <Json of={row.appearing} label={t('feeds.appear')} />}
            <Cut shown={row.appearing.length} total={row.appear} />
            {row.vanishing.length > 0 && (
              <>
                <Json of={row.vanishing} label={t('feeds.vanish')} />
                <Cut shown={row.vanishing.length} total={row.vanish} />
                <Button
                  kind='danger'
                  className='mt-2'
                  busy={build.isPending}
                  onClick={() => build.mutate(true)}
                >
                  {t('feeds.force')}
                </Button>
              </>
            )}
            {Object.keys(row.findings).length > 0 && <Json of={row.findings} label={t('feeds.findings')} />}
          </>
        )}
      </Load>
    </Card>
  )
}
