import { type FormEvent } from 'react'
import { t } from '../../i18n/index.ts'
import { ago, date } from '../../lib/format.ts'
import { answer, hub } from '../../lib/hub.ts'
import { usePages } from '../../lib/pages.ts'
import { useAct } from '../../ui/act.ts'
import { Button } from '../../ui/button.tsx'
import { Input, SavedCheckbox, TextArea } from '../../ui/fields.tsx'
import { Load } from '../../ui/load.tsx'
import { More } from '../../ui/more.tsx'
import { Badge, Card, Empty } from '../../ui/parts.tsx'
import type { Part } from './page.tsx'
import { notePages, taskPages } from './queries.ts'

/** Notes and tasks of a listing. */
export function Talk({ listing, mine }: Part) {
  const notes = usePages(notePages(listing.id))
  const tasks = usePages(taskPages(listing.id))
  const changes = [['listing', listing.id], ['board']]
  const addNote = useAct(
    (body: string) =>
      answer(hub().from('mls_listing_notes').insert({ listing_id: listing.id, body }).select('id').single()),
    { changes },
  )
  const addTask = useAct(
    ({ title, due_date }: { title: string; due_date: string | null }) =>
      answer(
        hub().from('mls_listing_tasks').insert({ listing_id: listing.id, title, due_date }).select('id')
          .single(),
      ),
    { changes },
  )
  const finish = useAct(
    ({ id, status }: { id: string; status: string }) =>
      answer(hub().from('mls_listing_tasks').update({ status }).eq('id', id).select('id').single()),
    { changes },
  )
  // what was written is there until the hub has it
  const submit =
    (send: (given: FormData, sent: { onSuccess: () => void }) => void) =>
    (event: FormEvent<HTMLFormElement>) => {
      event.preventDefault()
      const form = event.currentTarget
      send(new FormData(form), { onSuccess: () => form.reset() })
    }
  return (
    <div className='grid items-start gap-4 lg:grid-cols-2'>
      <Card title={t('talk.notes')}>
        {mine && (
          <form
            onSubmit={submit((given, sent) => addNote.mutate(String(given.get('body')), sent))}
            className='mb-3 space-y-2'
          >
            <TextArea label={t('talk.note')} name='body' rows={3} required maxLength={10_000} />
            <Button type='submit' busy={addNote.isPending}>{t('talk.add_note')}</Button>
          </form>
        )}
        <Load of={notes}>
          {(rows) =>
            rows.length === 0 ? <Empty>{t('talk.no_notes')}</Empty> : (
              <ul className='divide-y'>
                {rows.map(({ id, body, created_at }) => (
                  <li key={id} className='py-2 text-sm'>
                    <p className='foreign whitespace-pre-wrap' dir='auto'>{body}</p>
                    <p className='text-xs text-muted'>{ago(created_at)}</p>
                  </li>
                ))}
              </ul>
            )}
        </Load>
        <More of={notes} name={t('talk.notes')} />
      </Card>
      <Card title={t('talk.tasks')}>
        {mine && (
          <form
            onSubmit={submit((given, sent) =>
              addTask.mutate({
                title: String(given.get('title')),
                due_date: String(given.get('due')) || null,
              }, sent)
            )}
            className='mb-3 grid gap-2 sm:grid-cols-[1fr_auto_auto]'
          >
            <Input label={t('talk.task')} name='title' required maxLength={255} />
            <Input label={t('talk.due')} name='due' type='date' />
            <div className='flex items-end'>
              <Button type='submit' busy={addTask.isPending}>{t('talk.add_task')}</Button>
            </div>
          </form>
        )}
        <Load of={tasks}>
          {(rows) =>
            rows.length === 0 ? <Empty>{t('talk.no_tasks')}</Empty> : (
              <ul className='divide-y'>
                {rows.map((task) => (
                  <li key={task.id} className='py-1 text-sm'>
                    <SavedCheckbox
                      disabled={!mine || finish.isPending}
                      checked={task.status === 'DONE'}
                      save={(done) => finish.mutateAsync({ id: task.id, status: done ? 'DONE' : 'OPEN' })}
                      label={
                        <span
                          className={task.status === 'DONE' ? 'foreign text-muted line-through' : 'foreign'}
                        >
                          {task.title}
                        </span>
                      }
                    />{' '}
                    {task.due_date && <Badge tone='warn'>{date(task.due_date)}</Badge>}
                    {task.description && <p className='foreign pl-6 text-muted'>{task.description}</p>}
                  </li>
                ))}
              </ul>
            )}
        </Load>
        <More of={tasks} name={t('talk.tasks')} />
      </Card>
    </div>
  )
}
