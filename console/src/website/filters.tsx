import { useQuery } from '@tanstack/react-query'
import { useEffect, useId, useState } from 'react'
import { locale, t, textOf } from '../i18n/index.ts'
import { number } from '../lib/format.ts'
import { Button } from '../ui/button.tsx'
import { Input, type Option, Select } from '../ui/fields.tsx'
import { goTo, hrefOf } from './address.ts'
import { type Counted, type Page, suggestions } from './search.ts'

interface FiltersProps {
  filters: Record<string, string>
  set: (changes: Record<string, string>) => void
  facets: Page['facets']
}

/** What one may look for. Choices say how many homes they leave, of those that the other filters left. */
export function Filters({ filters, set, facets }: FiltersProps) {
  const isFiltered = Object.keys(filters).some((name) => !['map', 'sort'].includes(name))
  const choice = (name: string, facet: string, label: (value: string) => string) => ({
    value: filters[name] ?? '',
    onChange: ({ target }: { target: HTMLSelectElement }) => set({ [name]: target.value }),
    options: choices(facets?.[facet] ?? [], filters[name], label),
  })
  return (
    <form
      role='search'
      className='mb-4 flex flex-wrap items-end gap-2'
      onSubmit={(event) => event.preventDefault()}
    >
      <Words typed={filters.words ?? ''} search={(words) => set({ words })} />
      <Select label={t('site.country')} className='w-40' {...choice('country', 'country', countryName)} />
      <Select label={t('field.city')} className='w-40' {...choice('city', 'city', String)} />
      <Select
        label={t('field.property_type')}
        className='w-40'
        {...choice('type', 'property_type', (value) => textOf('property_type', value))}
      />
      <Amount label={t('inbox.min_beds')} value={filters.beds} set={(beds) => set({ beds })} />
      <Amount label={t('inbox.min_price')} value={filters.min} set={(min) => set({ min })} />
      <Amount label={t('inbox.max_price')} value={filters.max} set={(max) => set({ max })} />
      <Select
        label={t('site.sort')}
        className='w-44'
        value={filters.sort ?? ''}
        onChange={({ target }) => set({ sort: target.value })}
        options={[
          { value: '', label: t('site.newest') },
          { value: 'price', label: t('site.cheapest') },
          { value: '-price', label: t('site.dearest') },
        ]}
      />
      <Button
        aria-pressed={filters.map !== undefined}
        onClick={() => set({ map: filters.map ? '' : '1' })}
      >
        {t('nav.map')}
      </Button>
      {filters.box !== undefined && <Button onClick={() => set({ box: '' })}>{t('site.everywhere')}</Button>}
      {isFiltered && (
        <Button
          kind='quiet'
          onClick={() => goTo(hrefOf(undefined, filters.map ? { map: '1' } : {}), true)}
        >
          {t('common.clear_filters')}
        </Button>
      )}
    </form>
  )
}

function choices(
  counted: Counted[],
  chosen: string | undefined,
  label: (value: string) => string,
): Option[] {
  const known = counted.map(({ value }) => String(value))
  return [
    { value: '', label: t('common.all') },
    // what is chosen stays to be seen when nothing is left of it
    ...chosen && !known.includes(chosen) ? [{ value: chosen, label: label(chosen).slice(0, 60) }] : [],
    ...counted.slice(0, 100).map(({ value, count }) => ({
      value: String(value),
      label: `${label(String(value)).slice(0, 60)} (${number(count)})`,
    })),
  ]
}

function countryName(code: string): string {
  return /^[A-Z]{2}$/.test(code) ? new Intl.DisplayNames(locale(), { type: 'region' }).of(code) ?? code : code
}

/** A field that counts once it is left, or with Enter; and shows what the address says, whoever changed that. */
function Amount(
  { label, value = '', set }: { label: string; value?: string; set: (value: string) => void },
) {
  const [typed, setTyped] = useState(value)
  useEffect(() => setTyped(value), [value])
  const take = () => typed !== value && set(typed)
  return (
    <Input
      label={label}
      type='number'
      min={0}
      className='w-28'
      value={typed}
      onChange={({ target }) => setTyped(target.value)}
      onBlur={take}
      onKeyDown={({ key }) => key === 'Enter' && take()}
    />
  )
}

/** Words to look for. While one types, places, streets and references are offered in whatever script. */
function Words({ typed, search }: { typed: string; search: (words: string) => void }) {
  const list = useId()
  const [words, setWords] = useState(typed)
  const settled = useSettled(words)
  useEffect(() => setWords(typed), [typed])
  const offered = useQuery({
    queryKey: ['suggest', settled],
    queryFn: () => suggestions(settled),
    enabled: settled.trim() !== '' && settled !== typed,
  })
  const take = () => words !== typed && search(words)
  return (
    <>
      <Input
        label={t('common.search')}
        type='search'
        list={list}
        maxLength={200}
        autoComplete='off'
        className='w-56'
        value={words}
        onChange={({ target }) => setWords(target.value)}
        onBlur={take}
        onKeyDown={({ key }) => key === 'Enter' && take()}
      />
      <datalist id={list}>
        {offered.data?.map((text) => <option key={text} value={text} />)}
      </datalist>
    </>
  )
}

/** The text once nobody has typed for a moment. */
function useSettled(text: string): string {
  const [settled, setSettled] = useState(text)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), 200)
    return () => clearTimeout(timer)
  }, [text])
  return settled
}
