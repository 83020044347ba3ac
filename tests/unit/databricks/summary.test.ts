import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { repository } from '../../../scripts/stack/layout.ts'

/** What the notebooks say of gold, for the comparison with the hub: their own code, under python3. */
const hasPython = spawnSync('python3', ['--version']).status === 0

function summarise(records: [Record<string, unknown>, Record<string, unknown>][]) {
  const code = `
import json, sys
sys.path.insert(0, ${JSON.stringify(join(repository, 'scripts/databricks'))})
sys.dont_write_bytecode = True
from hub_summary import Summary
summary = Summary("property")
for record, result in json.load(sys.stdin):
    summary.add(record, result)
print(json.dumps(summary.as_json()))`
  const { stdout, stderr, status } = spawnSync('python3', ['-c', code], {
    input: JSON.stringify(records),
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(stderr)
  return JSON.parse(stdout)
}

const record = (key: string, changes: Record<string, unknown> = {}) => ({
  ListingKey: key,
  City: 'Лимассол',
  ListPrice: '100',
  StandardStatus: 'Active',
  ...changes,
})
const answered = (outcome: string, key: string) => ({ outcome, key })

describe.skipIf(!hasPython)('the summary of a run', () => {
  it('leaves out what was not applied, what came twice and what it cannot read, and counts the rest', () => {
    const summary = summarise([
      [record('A'), answered('insert', 'A')],
      [record('B'), answered('stale', 'B')],
      [record('C'), answered('skip', 'C')],
      [record('D'), answered('insert', 'D')],
      [record('D', { ListPrice: '7' }), answered('unchanged', 'D')],
      [record('D', { ListPrice: '8' }), answered('stale', 'D')],
      [record('E', { ListPrice: 'about 5' }), answered('refresh', 'E')],
      [record('F', { StandardStatus: 'Closed' }), answered('track', 'F')],
      [record('G'), answered('reject', 'G')],
    ])
    expect(summary).toMatchObject({ count: 6, rejected: ['G'], left_out: ['B', 'C', 'D', 'E'] })
    expect(summary.fields.City).toEqual({ non_null: 2 })
    expect(summary.fields.ListPrice).toEqual({ non_null: 2, sum: 200 })
    expect(summary.values).toEqual({ StandardStatus: { Active: 1, Closed: 1 }, PropertyType: { '': 2 } })
  })
})
