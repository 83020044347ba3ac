import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import process from 'node:process'
import { pages } from '../stack/layout.ts'
import { renderPage } from './page.ts'

const usage = `npm run reference [-- --check]
  Makes the API reference, docs/api.html, from the dictionary.
  --check  write nothing, exit 1 when it is not current`

const args = process.argv.slice(2)
if (args.length > 1 || (args.length === 1 && args[0] !== '--check')) {
  console.error(usage)
  process.exitCode = 2
} else {
  const file = pages.reference
  const page = renderPage()
  const isCurrent = existsSync(file) && readFileSync(file, 'utf8') === page
  if (isCurrent) {
    console.log('docs/api.html is current.')
  } else if (args.length > 0) {
    console.error('docs/api.html is not current. Run `npm run reference` and commit it.')
    process.exitCode = 1
  } else {
    writeFileSync(file, page)
    console.log('Wrote docs/api.html.')
  }
}
