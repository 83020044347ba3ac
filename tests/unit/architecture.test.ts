import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { circles, importGraph } from '../support/imports.ts'

/** What docs/architecture.md says of folders, held to what the files import; types count as imports. */
const graph = importGraph('functions', 'scripts')
const files = [...graph.keys()]

/** A grammar is recursive, and so are the functions that walk it: each of these circles is one recursion. */
const recursions: Record<string, string[]> = {
  'the grammar of expressions and of the options within them': [
    'functions/_shared/odata/syntax/calls.ts',
    'functions/_shared/odata/syntax/expand.ts',
    'functions/_shared/odata/syntax/expression.ts',
    'functions/_shared/odata/syntax/json.ts',
    'functions/_shared/odata/syntax/member.ts',
    'functions/_shared/odata/syntax/options.ts',
    'functions/_shared/odata/syntax/orderby.ts',
    'functions/_shared/odata/syntax/select.ts',
  ],
  'binding of an expression and of what stands in it': [
    'functions/_shared/odata/plan/binder.ts',
    'functions/_shared/odata/plan/casts.ts',
    'functions/_shared/odata/plan/geo.ts',
    'functions/_shared/odata/plan/members.ts',
  ],
  'compiling of an expression and of its operands': [
    'functions/_shared/odata/sql/compare.ts',
    'functions/_shared/odata/sql/compiler.ts',
    'functions/_shared/odata/sql/geo.ts',
    'functions/_shared/odata/sql/membership.ts',
  ],
}

it('no files import each other in a circle, but for the recursions of a grammar', () => {
  expect(circles(graph)).toEqual(Object.values(recursions).sort())
})

it('nor do subjects', () => {
  const subjectOf = (file: string) =>
    /^functions\/_shared\/(?:odata\/\w+|\w+)(?=\/)|^\w+\/[\w-]+(?=\/)/.exec(file)?.[0] ?? file
  const subjects: typeof graph = new Map()
  for (const [file, imported] of graph) {
    const subject = subjectOf(file)
    const others = imported.map(subjectOf).filter((other) => other !== subject)
    subjects.set(subject, [...new Set([...subjects.get(subject) ?? [], ...others])])
  }
  expect(circles(subjects)).toEqual([])
})

const shared = 'functions/_shared/'

/** Folders of functions/_shared, and the only others that their files import. */
const inner: Record<string, string[]> = {
  'odata/syntax': [],
  'odata/model': ['reso'],
  'odata/plan': ['odata/syntax', 'odata/model', 'reso'],
  'odata/sql': ['odata/syntax', 'odata/model', 'odata/plan', 'reso', 'db'],
  reso: [],
  http: [],
  db: ['http'],
}

describe('imports point inward', () => {
  const outward = (from: RegExp, isAllowed: (imported: string, file: string) => boolean) =>
    files.filter((file) => from.test(file)).flatMap((file) =>
      graph.get(file)!.filter((imported) => !isAllowed(imported, file)).map((imported) =>
        `${file} imports ${imported}`
      )
    )

  it.each(Object.entries(inner))('%s imports no more than %j', (folder, others) => {
    const allowed = [folder, ...others].map((name) => `${shared}${name}/`)
    const found = outward(
      new RegExp(`^${shared}${folder}/`),
      (imported) => allowed.some((name) => imported.startsWith(name)),
    )
    expect(found).toEqual([])
  })

  it('what doors share imports no door', () => {
    expect(outward(/^functions\/_shared\//, (imported) => imported.startsWith(shared))).toEqual([])
  })

  it('a door imports itself and what doors share', () => {
    const found = outward(/^functions\/(?!_shared)/, (imported, file) => {
      const [, door] = file.split('/')
      return imported.startsWith(shared) || imported.startsWith(`functions/${door}/`)
    })
    expect(found).toEqual([])
  })

  it('scripts import no tests', () => {
    expect(
      outward(/^scripts\//, (imported) => /^(?:(?:scripts|functions)\/|database\.types\.ts$)/.test(imported)),
    ).toEqual([])
  })
})

/** SQL as it stands in a text of TypeScript: a statement, or the call of a function of the hub. */
const sql = /['"`]\s*(?:select|insert into|update|delete from|with \w+ as)\s.*|['"`]mls\.\w+\(.*/gi

it('doors hold no SQL', () => {
  const doors = files.filter((file) => /^functions\/(?!_shared)/.test(file))
  const found = doors.flatMap((file) => {
    const text = readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8')
    return [...text.matchAll(sql)].map(([statement]) => `${file}: ${statement}`)
  })
  expect(found).toEqual([])
})

it('every program that package.json names is there', () => {
  const { scripts } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))
  const programs = Object.values<string>(scripts).flatMap((script) =>
    script.match(/\bscripts\/\S+\.ts/g) ?? []
  )
  expect(programs.length).toBeGreaterThan(10)
  expect(programs.filter((program) => !files.includes(program))).toEqual([])
})
