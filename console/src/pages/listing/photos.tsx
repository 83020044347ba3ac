import { useQuery } from '@tanstack/react-query'
import { ArrowLeft, ArrowRight, Eye, EyeOff, Upload } from 'lucide-react'
import { type ChangeEvent, type DragEvent, useState } from 'react'
import { t, textOf } from '../../i18n/index.ts'
import { answer, hub } from '../../lib/hub.ts'
import { usePages } from '../../lib/pages.ts'
import { useAct } from '../../ui/act.ts'
import { Button } from '../../ui/button.tsx'
import { cx } from '../../ui/cx.ts'
import { Input } from '../../ui/fields.tsx'
import { Load } from '../../ui/load.tsx'
import { More } from '../../ui/more.tsx'
import { Badge, Card, Empty } from '../../ui/parts.tsx'
import { Picture } from '../../ui/picture.tsx'
import type { Part } from './page.tsx'
import { type Photo, photoPages, placeBehindPhotos } from './queries.ts'

const accepted = ['image/jpeg', 'image/png', 'image/webp']
const largest = 25 * 1024 * 1024

/** Photos: upload, order by dragging or by the arrows, hide, describe; and what became of each copy. */
export function Photos({ listing, mine }: Part) {
  const { id } = listing
  const photos = usePages({
    ...photoPages(id),
    // while a copy is being made; not in the background
    refetchInterval: (rows) => rows.some(({ copy_status }) => copy_status === 'pending') ? 3_000 : false,
  })
  return (
    <Card title={t('photos.title')}>
      <p className='mb-3 text-sm text-muted'>{t('photos.intro')}</p>
      {mine && <UploadButton id={id} />}
      <Load of={photos}>
        {(rows) =>
          rows.length === 0 ? <Empty>{t('photos.none')}</Empty> : <Grid id={id} mine={mine} photos={rows} />}
      </Load>
      <More of={photos} name={t('photos.title')} />
    </Card>
  )
}

interface Failure {
  name: string
  reason: string
}

/** What is uploaded comes behind the photos there are. */
function UploadButton({ id }: { id: string }) {
  const [progress, setProgress] = useState<{ done: number; of: number }>()
  const [failures, setFailures] = useState<Failure[]>([])
  const upload = useAct(
    async (files: File[]) => {
      const failed: Failure[] = []
      const next = await placeBehindPhotos(id)
      for (const [at, file] of files.entries()) {
        setProgress({ done: at, of: files.length })
        await uploadPhoto(id, file, next + at).catch((error: Error) =>
          failed.push({ name: file.name, reason: error.message })
        )
      }
      setProgress(undefined)
      setFailures(failed)
      return files.length - failed.length
    },
    {
      done: (count) => count ? t('photos.uploaded', { count }) : undefined,
      changes: [['listing', id], ['board']],
    },
  )
  const choose = ({ target }: ChangeEvent<HTMLInputElement>) => {
    const files = [...target.files ?? []]
    target.value = ''
    if (files.length) upload.mutate(files)
  }
  return (
    <div className='mb-4'>
      <label className='inline-flex min-h-9 cursor-pointer items-center gap-2 rounded-md bg-accent px-3 text-sm font-medium text-on-accent focus-within:outline-2 focus-within:outline-offset-2 focus-within:outline-accent'>
        <Upload size={15} aria-hidden />
        {progress ? t('photos.uploading', { done: progress.done + 1, of: progress.of }) : t('photos.upload')}
        <input
          type='file'
          multiple
          accept={accepted.join(',')}
          className='sr-only'
          aria-disabled={upload.isPending || undefined}
          onChange={(event) => upload.isPending || choose(event)}
        />
      </label>
      {failures.length > 0 && (
        <ul role='alert' className='mt-2 list-disc pl-5 text-sm text-bad'>
          {failures.map(({ name, reason }) => <li key={name} className='foreign'>{name}: {reason}</li>)}
        </ul>
      )}
    </div>
  )
}

/** A file into the private bucket, and the row that names it. Names in Storage are ASCII: the people's one is the title. */
async function uploadPhoto(id: string, file: File, display_order: number): Promise<void> {
  if (!accepted.includes(file.type)) throw new Error(t('photos.wrong_type'))
  if (file.size > largest) throw new Error(t('photos.too_large'))
  const ending = { 'image/jpeg': 'jpg', 'image/png': 'png', 'image/webp': 'webp' }[file.type]
  const path = `${id}/${crypto.randomUUID()}.${ending}`
  await answer(hub().storage.from('mls-media').upload(path, file, { contentType: file.type }))
  await answer(
    hub().from('mls_listing_media').insert({
      listing_id: id,
      storage_path: path,
      display_order,
      title: file.name.slice(0, 255),
    }).select('id').single(),
  )
}

/** Those that are not shown yet keep their order, behind these: reorder_media() puts what it is not told of at the end. */
function Grid({ id, mine, photos }: { id: string; mine: boolean; photos: Photo[] }) {
  const [dragged, setDragged] = useState<string>()
  const order = useAct(
    (ids: string[]) => answer(hub().rpc('reorder_media', { listing_id: id, media_ids: ids })),
    { changes: [['listing', id]] },
  )
  const ids = photos.map((photo) => photo.id)
  const move = (photo: string, to: number) => {
    if (to < 0 || to >= ids.length) return
    const rest = ids.filter((one) => one !== photo)
    order.mutate([...rest.slice(0, to), photo, ...rest.slice(to)])
  }
  return (
    <ol className='grid gap-3 sm:grid-cols-2 lg:grid-cols-4' aria-busy={order.isPending}>
      {photos.map((photo, at) => (
        <li
          key={photo.id}
          draggable={mine}
          onDragStart={() => setDragged(photo.id)}
          onDragOver={(event: DragEvent) => event.preventDefault()}
          onDrop={() => dragged && dragged !== photo.id && move(dragged, at)}
          className={cx(
            'rounded-lg border p-2',
            photo.is_hidden && 'opacity-60',
            dragged === photo.id && 'border-accent',
          )}
        >
          <PhotoCard id={id} photo={photo} at={at} count={photos.length} mine={mine} move={move} />
        </li>
      ))}
    </ol>
  )
}

function PhotoCard(
  { id, photo, at, count, mine, move }: {
    id: string
    photo: Photo
    at: number
    /** How many are shown, and can change places. */
    count: number
    mine: boolean
    move: (photo: string, to: number) => void
  },
) {
  const preview = useQuery({
    queryKey: ['listing', id, 'preview', photo.storage_path],
    enabled: !photo.media_url && !!photo.storage_path,
    staleTime: 1_800_000,
    queryFn: async () =>
      (await answer(hub().storage.from('mls-media').createSignedUrl(photo.storage_path!, 3600))).signedUrl,
  })
  const change = useAct(
    (changes: { is_hidden?: boolean; description?: string | null }) =>
      answer(hub().from('mls_listing_media').update(changes).eq('id', photo.id).select('id').single()),
    { changes: [['listing', id]] },
  )
  const name = photo.title || t('photos.photo', { number: at + 1 })
  return (
    <>
      <Picture
        src={photo.media_url ?? preview.data}
        alt={photo.description || name}
        className='aspect-4/3 w-full rounded'
      />
      <p className='foreign mt-1 line-clamp-1 text-xs'>{at + 1}. {name}</p>
      <p className='mt-1 flex flex-wrap gap-1'>
        {at === 0 && <Badge tone='accent'>{t('photos.cover')}</Badge>}
        {photo.is_hidden && <Badge>{t('photos.hidden')}</Badge>}
        <Badge
          tone={photo.copy_status === 'failed' ? 'bad' : photo.copy_status === 'pending' ? 'warn' : 'plain'}
        >
          {textOf('copy', photo.copy_status)}
        </Badge>
      </p>
      {photo.copy_error && <p role='alert' className='foreign mt-1 text-xs text-bad'>{photo.copy_error}</p>}
      {mine && (
        <>
          <div className='mt-1 flex gap-1'>
            <Button
              kind='quiet'
              className='px-2!'
              disabled={at === 0}
              aria-label={t('photos.earlier', { name })}
              onClick={() => move(photo.id, at - 1)}
            >
              <ArrowLeft size={16} aria-hidden />
            </Button>
            <Button
              kind='quiet'
              className='px-2!'
              disabled={at === count - 1}
              aria-label={t('photos.later', { name })}
              onClick={() => move(photo.id, at + 1)}
            >
              <ArrowRight size={16} aria-hidden />
            </Button>
            <Button
              kind='quiet'
              className='px-2!'
              busy={change.isPending}
              aria-label={t(photo.is_hidden ? 'photos.show' : 'photos.hide', { name })}
              onClick={() => change.mutate({ is_hidden: !photo.is_hidden })}
            >
              {photo.is_hidden ? <Eye size={16} aria-hidden /> : <EyeOff size={16} aria-hidden />}
            </Button>
          </div>
          <Input
            label={t('photos.caption', { name })}
            quiet
            placeholder={t('photos.caption_short')}
            defaultValue={photo.description ?? ''}
            maxLength={1000}
            onBlur={({ target }) =>
              target.value !== (photo.description ?? '') &&
              change.mutate({ description: target.value || null })}
          />
        </>
      )}
    </>
  )
}
