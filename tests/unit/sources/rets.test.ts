import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import {
  decodeAnswer,
  readPairs,
  readReply,
  readTable,
  unescapeXml,
} from '../../../functions/_shared/sources/rets/compact.ts'
import {
  authorize,
  authorizeAgent,
  md5,
  readChallenge,
} from '../../../functions/_shared/sources/rets/digest.ts'
import { byKey, cutRange, queryOf } from '../../../functions/_shared/sources/rets/dmql.ts'
import {
  proposeMapping,
  readFields,
  readRows,
  readTimeZone,
} from '../../../functions/_shared/sources/rets/metadata.ts'
import { readObjects, TruncatedAnswer } from '../../../functions/_shared/sources/rets/multipart.ts'
import { repository } from '../../../scripts/stack/layout.ts'

/** Exchanges with a real server of RETS 1.7.2 (tests/fixtures/rets/exchanges.txt), byte by byte, and its relatives. */
const exchanges = new Map(
  readFileSync(join(repository, 'tests/fixtures/rets/exchanges.txt'), 'utf8').split(/^## /m).slice(1).map(
    (text) => {
      const [title, ...lines] = text.split('\n')
      return [title!, lines.join('\n')] as const
    },
  ),
)
const exchange = (title: string) => [...exchanges].find(([name]) => name.startsWith(title))![1]
const bodyOf = (title: string) => {
  const text = exchange(title)
  return text.slice(text.search(/(<\?xml[^>]*>\s*)?<RETS\b/))
}
const bytes = (text: string) => new TextEncoder().encode(text)

describe('recorded exchanges', () => {
  it('challenge and login', () => {
    const challenge = readChallenge(/^WWW-Authenticate: (.*)$/m.exec(exchange('Login'))![1]!)!
    expect(challenge).toEqual({
      scheme: 'digest',
      realm: 'RETS Server',
      qop: 'auth',
      nonce: '4db94e80eb720e437d4466b6e74759de',
      opaque: 'e17eb8ecb6dca8aa8cfe7ec894e935cf',
    })
    // the record ends within the lines of the login
    const pairs = readPairs(bodyOf('Login'))
    expect(Object.fromEntries(pairs)).toMatchObject({
      broker: 'null',
      membername: 'T T',
      user: 'tester,NULL,NULL,NULL',
      metadatatimestamp: '2003-08-18T17:00:00Z',
    })
  })
  it('a search with a count', () => {
    const reply = readReply(bodyOf('Search, COMPACT-DECODED'))
    expect(reply).toMatchObject({ code: 0, text: 'Operation Successful' })
    expect(readTable(reply.body)).toEqual({
      columns: ['LN', 'LP', 'LS', 'TIMESTAMP'],
      rows: [
        { LN: 'LN000001', LP: '300000', LS: 'Active', TIMESTAMP: '2026-11-29T20:17:50Z' },
        { LN: 'LN000002', LP: '250000', LS: 'Active', TIMESTAMP: '2008-09-01T00:00:00Z' },
      ],
      count: 50,
      isCapped: true,
      misfits: [],
    })
  })
  it('a last page, and what is past it', () => {
    expect(readTable(readReply(bodyOf('Search, last page')).body)).toMatchObject({
      count: 50,
      isCapped: false,
      rows: [{ LN: 'LN000049' }, { LN: 'LN000050' }],
    })
    // ReplyCode 0 in front, and the truth at the end
    expect(readReply(bodyOf('Search past the end'))).toMatchObject({ code: 20201, text: 'No Records Found' })
    expect(readReply(bodyOf('Nothing found')).code).toBe(20201)
  })
  it('refusals, and a count alone', () => {
    expect(readReply(bodyOf('Unknown field'))).toMatchObject({
      code: 20200,
      text: 'Invalid Query Field: line 1:2: No such field [Nope]',
      body: '',
    })
    expect(readTable(readReply(bodyOf('Count only')).body)).toMatchObject({
      count: 50,
      rows: [],
      columns: [],
    })
    expect(readReply(bodyOf('Second login')).code).toBe(20022)
    expect(readReply(bodyOf('Search after logout')).code).toBe(20701)
    expect(readPairs(readReply(bodyOf('Logout')).body).get('signoffmessage')).toBe('Goodbye')
  })
  it('metadata', () => {
    expect(readRows(readReply(bodyOf('GetMetadata CLASS')).body).map(({ ClassName }) => ClassName)).toEqual([
      'ResidentialProperty',
      'MUL',
      'CommercialProperty',
      'MOB',
      'LND',
      'CON',
    ])
    expect(readRows(readReply(bodyOf('GetMetadata LOOKUP_TYPE')).body)[1]).toEqual({
      MetadataEntryID: 'INC',
      LongValue: 'INCOME',
      ShortValue: 'INC',
      Value: 'INC',
    })
    // its row of columns was cut off by whoever recorded it: rows that do not fit are told, not guessed
    expect(readTable(exchange('GetMetadata TABLE')).misfits).toEqual([])
  })
  it('objects of two listings, one without any', () => {
    const text = exchange('GetObject, Location=1').trim()
    const boundary = /^--(\w+)/.exec(text)![1]
    // the record holds no blank line between the head of a part and its body
    const answer = text.replace(/\n(<RETS )/g, '\n\n$1').replaceAll('\n', '\r\n')
    const parts = readObjects(
      bytes(answer),
      new Headers({ 'Content-Type': `multipart/parallel; boundary=${boundary}` }),
    )
    expect(parts.map(({ key, object, code, location }) => [key, object, code, location?.slice(-11)])).toEqual(
      [
        ['LN000001', '1', 0, 'LN000001/1'.padStart(11, '/')],
        ['LN000001', '2', 0, '/LN000001/2'],
        ['LN000001', '3', 0, '/LN000001/3'],
        ['LN000001', '4', 0, '/LN000001/4'],
        ['LN000003', '1', 20403, undefined],
      ],
    )
    expect(() =>
      readObjects(
        bytes(answer.slice(0, -60)),
        new Headers({ 'Content-Type': `multipart/parallel; boundary=${boundary}` }),
      )
    ).toThrow(TruncatedAnswer)
  })
})

describe('tables of other servers', () => {
  const table = (columns: string, ...data: string[]) =>
    readTable(
      `<DELIMITER value="09"/><COLUMNS>${columns}</COLUMNS>${
        data.map((row) => `<DATA>${row}</DATA>`).join('\n')
      }`,
    )
  it.each([
    ['delimiters at both ends', '\tA\tB\t', '\t1\t2\t'],
    ['none in front', 'A\tB\t', '1\t2\t'],
    ['none behind', '\tA\tB', '\t1\t2'],
    ['none at all', 'A\tB', '1\t2'],
    ['one behind the data only', 'A\tB', '1\t2\t'],
  ])('%s', (_, columns, data) => expect(table(columns, data).rows).toEqual([{ A: '1', B: '2' }]))
  it('empty values at the ends are values', () => {
    expect(table('\tA\tB\tC\t', '\t\t2\t\t').rows).toEqual([{ A: null, B: '2', C: null }])
    expect(table('A\tB\tC', '\t2\t').rows).toEqual([{ A: null, B: '2', C: null }])
  })
  it('another delimiter, and line breaks in a value', () => {
    expect(readTable('<DELIMITER value="7C"/><COLUMNS>|A|B|</COLUMNS><DATA>|one\ntwo|2|</DATA>').rows)
      .toEqual([{ A: 'one\ntwo', B: '2' }])
  })
  it('rows with more or fewer values are left out and told; an empty last one may be left away', () => {
    const read = table('\tA\tB\tC\t', '\t1\t2\t3\t4\t', '\t1\t2\t3\t', '\t1\t', '\t1\t2\t')
    expect(read.misfits).toEqual([1, 3])
    expect(read.rows).toEqual([{ A: '1', B: '2', C: '3' }, { A: '1', B: '2', C: null }])
  })
  it('stray ampersands and broken references stay', () => {
    expect(unescapeXml('Bed & breakfast &amp; AT&T &#233; &#x41; &nope; &#0; &#xD800;')).toBe(
      'Bed & breakfast & AT&T é A &nope; &#0; &#xD800;',
    )
  })
  it('Latin-1 where it is not UTF-8, and what the answer says', () => {
    const latin = Uint8Array.from(
      [...'<RETS>M'].map((c) => c.charCodeAt(0)).concat([0xe1], [...'laga'].map((c) => c.charCodeAt(0))),
    )
    expect(decodeAnswer(latin, 'text/xml')).toContain('Málaga')
    expect(decodeAnswer(latin, 'text/xml; charset=utf-8')).toContain('Málaga')
    expect(decodeAnswer(bytes('<RETS>Málaga'), null)).toContain('Málaga')
    expect(decodeAnswer(bytes('x'), 'text/xml; charset=nobody-knows')).toBe('x')
  })
  it('an answer that is cut off, or none, is refused; a failure after rows is one', () => {
    expect(() => readReply('<RETS ReplyCode="0" ReplyText="x">\n<DATA>\t1\t</DATA>')).toThrow('cut off')
    expect(() => readReply('<html>')).toThrow('no answer')
    expect(
      readReply(
        '<RETS ReplyCode="0" ReplyText="x"><DATA>\t1\t</DATA><RETS-STATUS ReplyCode="20209" ReplyText="Timeout"/></RETS>',
      ).code,
    ).toBe(20209)
    expect(readReply("<RETS ReplyText='a &amp; b' ReplyCode='20203' />")).toMatchObject({
      code: 20203,
      text: 'a & b',
    })
  })
  it('logins of 1.8', () => {
    const pairs = readPairs(
      '<RETS-RESPONSE>\nInfo=USERID;Character;t\nInfo=MEMBERNAME;Character;T; T\nLogin=/rets/login\nSearch=/rets/search?a=b=c\n</RETS-RESPONSE>',
    )
    expect(Object.fromEntries(pairs)).toEqual({
      userid: 't',
      membername: 'T; T',
      login: '/rets/login',
      search: '/rets/search?a=b=c',
    })
  })
})

describe('authorization', () => {
  it('digest with qop, without, and with a session (RFC 2617)', () => {
    const user = { username: 'Mufasa', password: 'Circle Of Life' }
    const challenge = readChallenge(
      'Digest realm="testrealm@host.com", qop="auth,auth-int", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", opaque="5ccc069c403ebaf9f0171e9517f40e41"',
    )!
    const header = authorize(challenge, user, { method: 'GET', uri: '/dir/index.html', count: 1 }, '0a4f113b')
    expect(header).toContain('response="6629fae49393a05397450978507c4ef1"')
    expect(header).toContain('qop=auth, nc=00000001')
    const { qop: _, ...old } = challenge
    expect(authorize(old, user, { method: 'GET', uri: '/dir/index.html', count: 1 })).toContain(
      'response="670fd8c2df070c60b045671b8b24ff02"',
    )
    expect(
      authorize({ ...challenge, algorithm: 'MD5-sess' }, user, { method: 'GET', uri: '/', count: 1 }, 'x'),
    ).toContain('algorithm=MD5-sess')
  })
  it('basic where nothing else is offered, digest where both are', () => {
    expect(
      authorize(readChallenge('Basic realm="x"')!, { username: 'a', password: 'ü' }, {
        method: 'GET',
        uri: '/',
        count: 1,
      }),
    ).toBe('Basic YTrDvA==')
    expect(readChallenge('Basic realm="x", Digest realm="y", nonce="z"')).toMatchObject({
      scheme: 'digest',
      realm: 'y',
    })
    expect(readChallenge('Negotiate')).toBeUndefined()
    expect(readChallenge(null)).toBeUndefined()
  })
  it('of the user agent', () => {
    expect(authorizeAgent('Agent/1', 'secret', 'SID', 'RETS/1.7.2')).toBe(
      `Digest ${md5(`${md5('Agent/1:secret')}::SID:RETS/1.7.2`)}`,
    )
  })
})

describe('queries', () => {
  it('are bounded by what the source reads, a time and a part of the keys', () => {
    const options = { key: 'K', time: 'T', base: '(S=|A,P)' }
    expect(queryOf({}, { key: 'K' })).toBe('(K=0+)')
    expect(queryOf({ from: 'A1', to: 'B2' }, { ...options, since: '2026-01-01T00:00:00' })).toBe(
      '(S=|A,P),(T=2026-01-01T00:00:00+),(K=A1+),(K=B2-)',
    )
    expect(queryOf({ prefix: 'A' }, options)).toBe('(S=|A,P),(K=A*)')
  })
  it('a part is cut in the middle of what was seen, as long as that moves', () => {
    expect(cutRange({}, ['9', '10', '8'])).toEqual([{ to: '9' }, { from: '9' }])
    expect(cutRange({ from: 'a' }, ['a', 'a'])).toBeUndefined()
    expect(cutRange({}, [])).toBeUndefined()
    expect(['10', '9', 'b', 'a'].sort(byKey)).toEqual(['9', '10', 'a', 'b'])
  })
})

describe('metadata', () => {
  const fields = readFields(
    '<COLUMNS>\tSystemName\tStandardName\tLongName\tDataType\tInterpretation\tLookupName\t</COLUMNS><DATA>\tBR\tBeds\tBedrooms\tInt\t\t\t</DATA><DATA>\tListPrice\t\tPrice\tDecimal\t\t\t</DATA><DATA>\tVW\tView\tView\tCharacter\tLookupMulti\tV\t</DATA><DATA>\tTS\t\tChanged\tDateTime\t\t\t</DATA>',
  )
  it('propose a mapping: standard names first, then names of the dictionary, the rest is kept', () => {
    expect(proposeMapping(fields, { key_field: 'LN', time_field: 'TS' })).toEqual({
      version: 1,
      keep_rest: true,
      fields: {
        ListingKey: { from: 'LN' },
        ModificationTimestamp: { from: 'TS' },
        BedroomsTotal: { from: 'BR', as: 'int' },
        View: { from: 'VW', split: ',' },
        ListPrice: { from: 'ListPrice', as: 'decimal' },
      },
    })
  })
  it('say in which zone the server is', () => {
    expect(readTimeZone('<SYSTEM TimeZoneOffset="-05:00"/>')).toBe(-300)
    expect(readTimeZone('<SYSTEM SystemID="x" TimeZoneOffset="+0530"/>')).toBe(330)
    expect(readTimeZone('<SYSTEM SystemID="x"/>')).toBeUndefined()
  })
})
