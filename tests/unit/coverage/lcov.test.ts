import { expect, test } from 'vitest'
import { addLcov, byFolder, type Coverage, coverageTable } from '../../../scripts/coverage/lcov.ts'

const onNode =
  'SF:functions/a/x.ts\nDA:1,3\nDA:2,0\nend_of_record\nSF:node_modules/y.ts\nDA:1,1\nend_of_record\n'
const onDeno =
  'SF:functions/a/x.ts\nDA:2,1\nDA:3,0\nend_of_record\nSF:scripts/b/z.ts\nDA:7,0\nend_of_record\n'
const ours = (path: string) => path.startsWith('node_modules') ? undefined : path

test('a line that one runtime ran is covered, and foreign files do not count', () => {
  const coverage: Coverage = new Map()
  addLcov(coverage, onNode, ours)
  addLcov(coverage, onDeno, ours)
  expect(byFolder(coverage)).toEqual([
    { folder: 'functions/a', files: 1, lines: 3, hit: 2 },
    { folder: 'scripts/b', files: 1, lines: 1, hit: 0 },
  ])
})

test('the table ends with the whole', () => {
  const coverage: Coverage = new Map()
  addLcov(coverage, onNode, ours)
  expect(coverageTable(byFolder(coverage)).split('\n').at(-1)).toMatch(/^all +1 +1\/2 +50\.0 %$/)
  expect(coverageTable([])).toContain('-')
})
