import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './app.tsx'
import { chooseLanguage, preferredLanguage, t } from './i18n/index.ts'
import { loadConfig } from './lib/config.ts'
import { reloadWhenReplaced } from './lib/reload.ts'
import { applyTheme } from './lib/theme.ts'
import './styles.css'

applyTheme()
reloadWhenReplaced()
const root = createRoot(document.getElementById('root')!)
try {
  await Promise.all([chooseLanguage(preferredLanguage()), loadConfig()])
  root.render(
    <StrictMode>
      <App />
    </StrictMode>,
  )
} catch (error) {
  console.error(error)
  root.render(<p role='alert' className='p-8'>{t('common.no_config')}</p>)
}
