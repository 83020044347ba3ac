import { useQueryClient } from '@tanstack/react-query'
import { Controller, useForm } from 'react-hook-form'
import { type RefCallback, useEffect } from 'react'
import { t, textOf } from '../../i18n/index.ts'
import { drafts } from '../../lib/drafts.ts'
import { answer, hub } from '../../lib/hub.ts'
import { Refusal } from '../../lib/refusal.ts'
import { useAct } from '../../ui/act.ts'
import { Button } from '../../ui/button.tsx'
import { Input, Select, TextArea } from '../../ui/fields.tsx'
import { Card } from '../../ui/parts.tsx'
import {
  asText,
  changesOf,
  type Draft,
  draftOf,
  faultOf,
  type Field,
  type Listing,
  sections,
} from './fields.ts'
import type { Part } from './page.tsx'
import { listingQuery } from './queries.ts'

/** The listing by sections. It is saved with the version that was read: whoever was faster is not overwritten. */
export function Form({ listing, mine }: Part) {
  const client = useQueryClient()
  const before = draftOf(listing)
  const { control, handleSubmit, formState, reset, subscribe, getValues } = useForm<Draft>({
    defaultValues: before,
    mode: 'onChange',
    resetOptions: { keepDirtyValues: true },
  })

  // when the listing was read anew, fields that nobody touched follow
  useEffect(() => reset(draftOf(listing), { keepDirtyValues: true }), [listing, reset])
  useEffect(() => {
    // also where the source has changed the listing meanwhile: then in the fields that were typed into
    for (const [column, value] of Object.entries(drafts.of(listing.id))) {
      if (value !== asText(listing[column as keyof Listing])) {
        control.register(column).onChange({ target: { name: column, value } })
      }
    }
    const read = draftOf(listing)
    return subscribe({
      formState: { values: true },
      callback: ({ values }) =>
        drafts.keep(
          listing.id,
          Object.fromEntries(
            Object.entries(values).flatMap(([column, value]) =>
              value === undefined || value === read[column] ? [] : [[column, value]]
            ),
          ),
        ),
    })
  }, [listing, control, subscribe])

  const save = useAct(
    async (draft: Draft) => {
      const changes = changesOf(before, draft)
      if (Object.keys(changes).length === 0) return undefined
      return await answer(
        hub().from('mls_listings').update({ ...changes, version: listing.version }).eq('id', listing.id)
          .select('*').single(),
      )
    },
    {
      done: t('form.saved'),
      changes: [['board']],
      after: (saved) => {
        drafts.drop(listing.id)
        if (!saved) return
        reset(draftOf(saved))
        client.setQueryData(listingQuery(listing.id).queryKey, saved)
        client.invalidateQueries({ queryKey: ['listing', listing.id] })
      },
    },
  )
  const stale = save.error && Refusal.of(save.error).code === 'stale_version'
  const changed = Object.keys(formState.dirtyFields).length

  return (
    <form onSubmit={handleSubmit((draft) => save.mutate(draft))} className='space-y-4' noValidate>
      {!mine && (
        <p className='rounded-lg bg-sunken p-3 text-sm'>
          {t(listing.claimed_at ? 'form.not_yours' : 'form.claim_first')}
        </p>
      )}
      {stale && (
        <div
          role='alert'
          className='flex flex-wrap items-center justify-between gap-2 rounded-lg bg-warn-soft p-3 text-sm text-warn'
        >
          {t('form.stale')}
          <Button
            onClick={() =>
              client.invalidateQueries({ queryKey: ['listing', listing.id] }).then(() => save.reset())}
          >
            {t('form.read_anew')}
          </Button>
        </div>
      )}
      {sections.map(({ title, fields }) => (
        <Card key={title} title={t(title)}>
          <div className='grid gap-3 sm:grid-cols-2 lg:grid-cols-3'>
            {fields.map((field) => (
              <Controller
                key={field.column}
                control={control}
                name={field.column}
                rules={{
                  // what the source wrote is not the writer's fault
                  validate: (value = '') => {
                    const fault = value === before[field.column] ? undefined : faultOf(field, value)
                    return fault ? t(fault, { max: field.max ?? 0 }) : true
                  },
                }}
                render={({ field: input, fieldState: { error } }) => (
                  <FieldInput
                    field={field}
                    disabled={!mine}
                    error={error?.message}
                    {...input}
                    value={input.value ?? ''}
                  />
                )}
              />
            ))}
          </div>
        </Card>
      ))}
      {mine && (
        <div className='sticky bottom-0 flex items-center gap-3 border-t bg-page py-3'>
          <Button kind='primary' type='submit' busy={save.isPending} disabled={changed === 0}>
            {t('form.save')}
          </Button>
          <Button
            kind='quiet'
            disabled={changed === 0}
            onClick={() => (reset(before), drafts.drop(listing.id), void getValues())}
          >
            {t('form.undo')}
          </Button>
          <p className='text-sm text-muted' aria-live='polite'>
            {changed > 0 && t('form.changed', { count: changed })}
          </p>
        </div>
      )}
    </form>
  )
}

interface FieldInputProps {
  field: Field
  name: string
  value: string
  onChange: (value: string) => void
  onBlur: () => void
  ref: RefCallback<HTMLElement>
  disabled: boolean
  error?: string
}

function FieldInput({ field, onChange, ...rest }: FieldInputProps) {
  const { column, kind, unit, options } = field
  const label = textOf('field', column)
  const shared = {
    label,
    unit,
    ...rest,
    onChange: ({ target }: { target: { value: string } }) => onChange(target.value),
  }
  if (kind === 'flag') {
    return (
      <Select
        {...shared}
        options={[{ value: '', label: t('common.unknown') }, { value: 'true', label: t('common.yes') }, {
          value: 'false',
          label: t('common.no'),
        }]}
      />
    )
  }
  if (options) {
    const known = options.map((value) => ({ value, label: textOf('property_type', value) }))
    const odd = rest.value !== '' && !options.includes(rest.value) ? [rest.value] : []
    return <Select {...shared} options={[{ value: '', label: t('common.unknown') }, ...odd, ...known]} />
  }
  if (kind === 'long') return <TextArea {...shared} className='sm:col-span-2 lg:col-span-3' />
  const type = kind === 'date' ? 'date' : 'text'
  const inputMode = kind === 'whole' ? 'numeric' : kind === 'decimal' ? 'decimal' : undefined
  return <Input {...shared} type={type} inputMode={inputMode} />
}
