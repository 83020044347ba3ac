import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { repository } from '../../../scripts/stack/layout.ts'

/** docs/pitfalls.md promises a test for each pitfall: the file must exist and hold the name. */
const lines = readFileSync(join(repository, 'docs/pitfalls.md'), 'utf8').split('\n').filter((line) =>
  /^\| \d+ \|/.test(line)
)

describe('docs/pitfalls.md', () => {
  it('names every pitfall of A (1-20), B (21-34), E (51-59) and those found later (60-75) once', () => {
    const numbers = lines.map((line) => Number(/^\| (\d+) \|/.exec(line)![1]))
    const wanted = [
      ...Array.from({ length: 34 }, (_, index) => index + 1),
      ...Array.from({ length: 25 }, (_, index) => index + 51),
    ]
    expect(numbers).toEqual(wanted)
  })

  it('argues for at most ten, and names a test for all others', () => {
    expect(lines.filter((line) => line.includes('*argument*')).length).toBeLessThanOrEqual(10)
  })

  it.each(lines.filter((line) => !line.includes('*argument*')))('%s', (line) => {
    const [, file, name] = /`(tests\/[^`]+)` › `([^`]+)`/.exec(line) ?? []
    expect(existsSync(join(repository, file!))).toBe(true)
    // names are written in single or double quotes; an apostrophe inside may be escaped
    expect(readFileSync(join(repository, file!), 'utf8').replaceAll("\\'", "'")).toContain(name)
  })
})
