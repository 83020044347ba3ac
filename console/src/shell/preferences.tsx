import { useState } from 'react'
import { chooseLanguage, type Language, languages, t, useLanguage } from '../i18n/index.ts'
import { applyTheme, type Theme, theme } from '../lib/theme.ts'
import { Select } from '../ui/fields.tsx'

export function Preferences() {
  const language = useLanguage()
  const [chosen, setChosen] = useState(theme())
  return (
    <div className='space-y-2'>
      <Select
        label={t('nav.language')}
        quiet
        value={language}
        onChange={({ target }) => chooseLanguage(target.value as Language)}
        options={Object.entries(languages).map(([value, { name }]) => ({ value, label: name }))}
      />
      <Select
        label={t('nav.theme')}
        quiet
        value={chosen}
        onChange={({ target }) => {
          setChosen(target.value as Theme)
          applyTheme(target.value as Theme)
        }}
        options={[
          { value: 'system', label: t('theme.system') },
          { value: 'light', label: t('theme.light') },
          { value: 'dark', label: t('theme.dark') },
        ]}
      />
    </div>
  )
}
