import { describe, expect, it } from 'vitest'
import { plan, refusalOf } from '../support.ts'

const expanded = (expand: string) => plan({ $expand: expand }).expansions

describe('a navigation is expanded once', () => {
  it.each<[expand: string, name: string]>([
    ['ListAgent,ListAgent', 'ListAgent'],
    ['Media/$count,Media($count=true)', 'Media'],
    ['Media/$ref,ListAgent,Media', 'Media'],
    ['ListOffice($expand=OfficeBroker,OfficeBroker)', 'OfficeBroker'],
    ['*,*', '*'],
    ['*/$ref,*', '*'],
  ])('%s', (expand, name) => {
    expect(refusalOf(() => expanded(expand))).toMatchObject({
      code: 'invalid_query',
      message: expect.stringContaining(`'${name}' is expanded twice`),
      target: '$expand',
    })
  })
})

describe('a star stands for the navigations that are not named', () => {
  const all = expanded('*').map(({ navigation }) => navigation.name)

  it.each(['*,Media($top=1)', 'Media($top=1),*'])('%s', (expand) => {
    const expansions = expanded(expand)
    expect(expansions.map(({ navigation }) => navigation.name).sort()).toEqual([...all].sort())
    expect(expansions.find(({ navigation }) => navigation.name === 'Media')).toMatchObject({ top: 1 })
  })

  it('*/$ref,ListAgent', () => {
    for (const { navigation, isReference } of expanded('*/$ref,ListAgent')) {
      expect([navigation.name, isReference]).toEqual([navigation.name, navigation.name !== 'ListAgent'])
    }
  })
})
