/** Requests as a reader types them: `F` is the address of the functions, `TOKEN` an access token. */
import type { Json } from './schemas.ts'

/** A GET request in the shell, under the name that renderers of OpenAPI look for. */
export function curlSample(path: string, options: [string, string][] = []): Json {
  const parts = [
    `curl -s${options.length > 0 ? 'G' : ''} ${inShell(`$F${path}`, ['$F'])}`,
    '-H "Authorization: Bearer $TOKEN"',
    ...options.map((option) => `--data-urlencode ${inShell(option.join('='))}`),
  ]
  return shellSample(parts.join(' \\\n  '))
}

export function shellSample(source: string): Json {
  return { 'x-codeSamples': [{ lang: 'Shell', label: 'curl', source }] }
}

/** In single quotes where that will do; in double ones a dollar is kept from the shell, but for these variables. */
function inShell(text: string, variables: string[] = []): string {
  if (!text.includes("'") && variables.length === 0) return `'${text}'`
  const escaped = text.replace(/["\\`]/g, '\\$&').replace(
    /\$\w*/g,
    (name) => variables.includes(name) ? name : `\\${name}`,
  )
  return `"${escaped}"`
}
