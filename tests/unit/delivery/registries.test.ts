import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { channels } from '../../../functions/_shared/delivery/channels/channels.ts'
import { formats } from '../../../functions/_shared/delivery/feeds/formats.ts'
import { repository } from '../../../scripts/stack/layout.ts'

/** A channel or a format is a folder, a line in its registry and a row of a portal, and stands nowhere else. */
const delivery = 'functions/_shared/delivery'
const folders = (path: string, file: string) =>
  readdirSync(join(repository, path), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(repository, path, entry.name, file)))
    .map(({ name }) => name)
const read = (path: string) => readFileSync(join(repository, path), 'utf8')

describe.each([
  [
    'channel',
    `${delivery}/channels`,
    'channel.ts',
    `${delivery}/channels/channels.ts`,
    Object.keys(channels),
  ],
  ['feed format', `${delivery}/feeds`, 'format.ts', `${delivery}/feeds/formats.ts`, Object.keys(formats)],
])('every %s', (_, path, file, registry, names) => {
  test('has one folder and one line', () => {
    const imported = [...read(registry).matchAll(new RegExp(`from './([\\w-]+)/${file}'`, 'g'))].map((
      [, name],
    ) => name)
    expect(imported.sort()).toEqual(folders(path, file).sort())
    expect(names).toHaveLength(imported.length)
  })

  test('is named by no other source', () => {
    const sources = sourcesIn('functions').filter((source) => source !== registry && source.endsWith('.ts'))
    for (const name of names.filter((name) => name.includes('-'))) {
      const naming = sources.filter((source) => read(source).includes(`'${name}'`))
      expect(naming, name).toEqual([])
    }
  })
})

test('every feed format has a portal in the seed and a part in docs/feeds.md', () => {
  const seed = read('seed/03_portals.sql')
  const docs = read('docs/feeds.md')
  for (const name of Object.keys(formats)) {
    expect(seed).toContain(`"format": "${name}"`)
    expect(docs).toContain(`\`${name}\``)
  }
})

function sourcesIn(path: string): string[] {
  return readdirSync(join(repository, path), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(repository.length + 1))
}
