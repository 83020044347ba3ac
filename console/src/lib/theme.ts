const key = 'mls-console-theme'
export type Theme = 'light' | 'dark' | 'system'

export function theme(): Theme {
  const stored = localStorage.getItem(key)
  return stored === 'light' || stored === 'dark' ? stored : 'system'
}

export function applyTheme(wanted: Theme = theme()): void {
  localStorage.setItem(key, wanted)
  const dark = wanted === 'dark' || wanted === 'system' && matchMedia('(prefers-color-scheme: dark)').matches
  document.documentElement.classList.toggle('dark', dark)
}
