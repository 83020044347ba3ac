import { gzipSync } from 'node:zlib'
import { strToU8, zipSync } from 'fflate'
import { describe, expect, it } from 'vitest'
import {
  describeFormat,
  detectFormat,
  type SaidFormat,
} from '../../../functions/_shared/sources/files/detect.ts'
import { detectEncoding } from '../../../functions/_shared/sources/files/encoding.ts'
import { type FilePlace, readItems } from '../../../functions/_shared/sources/files/read-items.ts'
import { unpacked } from '../../../functions/_shared/sources/files/unpack.ts'

/** A text in one of the code pages, by asking the decoder which byte means which letter. */
function encoded(text: string, encoding: string): Uint8Array {
  if (encoding === 'utf-8') return new TextEncoder().encode(text)
  if (encoding.startsWith('utf-16')) {
    const bytes = new Uint8Array(text.length * 2)
    const view = new DataView(bytes.buffer)
    for (let at = 0; at < text.length; at++) {
      view.setUint16(at * 2, text.charCodeAt(at), encoding.endsWith('le'))
    }
    return bytes
  }
  const decoder = new TextDecoder(encoding)
  const table = new Map(Array.from({ length: 256 }, (_, byte) => [decoder.decode(Uint8Array.of(byte)), byte]))
  if (encoding === 'windows-1252') table.set('€', 0x80) // Node 20 reads it as Latin-1
  return Uint8Array.from(text, (letter) => table.get(letter) ?? 63)
}

async function readAll(bytes: Uint8Array, said: SaidFormat, limit = 3) {
  const { start, ...format } = detectFormat(bytes, said)
  const read = (offset: number, length: number) => Promise.resolve(bytes.subarray(offset, offset + length))
  const records = []
  const rough = []
  let pages = 0
  for (let place: FilePlace | undefined = { offset: start, inside: false }; place; pages++) {
    const page = await readItems(read, format, place, limit)
    rough.push(...page.rough.map((index) => records.length + index))
    records.push(...page.records)
    place = page.next
  }
  return { records, rough, format, pages }
}

const texts = {
  'windows-1250':
    'Číslo;Město;Popis\n1;Plzeň;Prodej bytu se zahradou v klidné části města, příjemné bydlení\n',
  'windows-1251': 'Номер;Город;Описание\n1;Москва;Продажа квартиры с большой террасой и видом на море\n',
  'windows-1252': 'Nr;Stadt;Beschreibung\n1;Köln;Schöne Wohnung mit großer Küche, 120 m² für 450 €\n',
  'windows-1253': 'Αριθμός;Πόλη;Περιγραφή\n1;Λεμεσός;Πωλείται διαμέρισμα με θέα στη θάλασσα και κήπο\n',
  'utf-8': 'Αριθμός;Πόλη;Περιγραφή\n1;Λεμεσός;Πωλείται διαμέρισμα με θέα\n',
  'utf-16le': 'Nr;Stadt;Beschreibung\n1;Köln;Schöne Wohnung\n',
  'utf-16be': 'Nr;Stadt;Beschreibung\n1;Köln;Schöne Wohnung\n',
} as const

describe('encodings', () => {
  it.each(Object.entries(texts))('finds %s, and reads every letter', async (encoding, text) => {
    const bytes = encoded(text, encoding)
    expect(detectEncoding(bytes).encoding).toBe(encoding)
    const { records } = await readAll(bytes, { format: 'csv' })
    const [header, row] = text.trim().split('\n').map((line) => line.split(';'))
    expect(records).toEqual([Object.fromEntries(header!.map((name, index) => [name, row![index]]))])
  })

  it.each([
    ['windows-1252', 'Réf;Ville\n1;Très bel appartement à Nîmes, près de la gare, où il fait bon vivre\n'],
    ['windows-1252', 'Ref;By\n1;Lejlighed på Nørrebro, tæt på søerne, åben køkken\n'],
    [
      'windows-1252',
      'Ref;Descrição\n1;Moradia com três quartos, garagem e jardim em São João, não mobilada\n',
    ],
    [
      'windows-1250',
      'Nr;Opis\n1;Mieszkanie z widokiem na jezioro, łazienka, duży ogród, świeżo po remoncie\n',
    ],
    ['windows-1250', 'Ref;Leírás\n1;Eladó lakás a belvárosban, felújított fürdő, erkély, tetőtér\n'],
    ['windows-1250', 'Ref;Opis\n1;Stanovanje ob morju, čudovit pogled, dvižna vrata, želena lokacija\n'],
  ])('tells %s from its neighbour', (encoding, text) => {
    expect(detectEncoding(encoded(text, encoding)).encoding).toBe(encoding)
  })

  it('drops byte order marks, and believes what it is told', async () => {
    const marked = Uint8Array.of(0xef, 0xbb, 0xbf, ...encoded('a;b\n1;é\n', 'utf-8'))
    expect((await readAll(marked, { format: 'csv' })).records).toEqual([{ a: '1', b: 'é' }])
    const greek = encoded(texts['windows-1253'], 'windows-1253')
    expect((await readAll(greek, { format: 'csv', encoding: 'windows-1252' })).format.encoding).toBe(
      'windows-1252',
    )
  })

  it('says so when UTF-8 ends in the middle of a file', async () => {
    const bytes = encoded('a;b\n'.padEnd(300_000, '1;2\n'), 'utf-8')
    bytes[299_000] = 0xff
    await expect(readAll(bytes, { format: 'csv' }, 100_000)).rejects.toThrow('Set "encoding"')
  })
})

describe('csv', () => {
  it('finds separator, names, decimals and dates', async () => {
    const text =
      'Export vom 1.1.2026\n\nRef;Preis €;Datum;Preis €\n1;"1.234.567,89";31.12.2025;2,50\n2;450.000;01.02.2026;3,10\n'
    const { format, records } = await readAll(encoded(text, 'utf-8'), { format: 'csv' })
    expect(format).toMatchObject({
      delimiter: ';',
      header_row: 3,
      decimal: ',',
      dates: 'dmy',
      columns: ['Ref', 'Preis €', 'Datum', 'Preis €_2'],
    })
    expect(records).toHaveLength(2)
    expect(describeFormat(format)).toBe(
      'CSV, utf-8, separated by semicolon, names in row 3, 4 columns, decimal comma, dates dmy',
    )
  })

  it.each([[',', '1,234.50'], ['\t', '1,234.50'], ['|', '1,234.50']])(
    'takes %j for the separator',
    async (separator, price) => {
      const rows = [['ref', 'price', 'date'], ['1', price, '12/31/2025'], ['2', price, '01/02/2026']]
      const text = rows.map((row) => row.map((field) => `"${field}"`).join(separator)).join('\r\n')
      const { format, records } = await readAll(encoded(text, 'utf-8'), { format: 'csv' })
      expect(format).toMatchObject({ delimiter: separator, decimal: '.', dates: 'mdy' })
      expect(records[1]).toEqual({ ref: '2', price, date: '01/02/2026' })
    },
  )

  it('names columns where there are no names', async () => {
    const { records } = await readAll(encoded('1;100\n2;200\n', 'utf-8'), { format: 'csv' })
    expect(records).toEqual([{ column_1: '1', column_2: '100' }, { column_1: '2', column_2: '200' }])
  })

  it('reads line breaks and quotes in fields across pages and windows', async () => {
    const long = 'x'.repeat(700_000)
    const rows = Array.from({ length: 7 }, (_, n) => `${n};"line ""${n}""\nnext;${n === 3 ? long : ''}"`)
    const text = `id;text\n${rows.join('\n')}`
    for (const limit of [1, 2, 100]) {
      const { records } = await readAll(encoded(text, 'utf-8'), { format: 'csv' }, limit)
      expect(records).toHaveLength(7)
      expect(records[6]).toEqual({ id: '6', text: 'line "6"\nnext;' })
      expect(records[3]!.text).toHaveLength(700_000 + 14)
    }
  })

  it('confines a wrong quote to its line', async () => {
    const rows = Array.from(
      { length: 50 },
      (_, n) => n === 20 ? `20;"5" pipe` : n === 30 ? '30;"open' : `${n};"ok ${n}"`,
    )
    const { records, rough } = await readAll(encoded(`id;text\n${rows.join('\n')}\n`, 'utf-8'), {
      format: 'csv',
    }, 7)
    expect(records.map(({ id }) => id)).toEqual(rows.map((_, n) => String(n)))
    expect(rough).toEqual([20, 30])
    expect(records[49]).toEqual({ id: '49', text: 'ok 49' })
  })

  it('reads ragged rows, blank ones, and a file without its last line break', async () => {
    const { records } = await readAll(encoded('a,b\n1\n\n ,\n2,3,4', 'utf-8'), { format: 'csv' })
    expect(records).toEqual([{ a: '1' }, { a: '2', b: '3', column_3: '4' }])
  })

  it('reads multi-byte letters on the edge of a window', async () => {
    const text = `id;text\n${
      Array.from({ length: 40 }, (_, n) => `${n};${'ώ'.repeat(40_000)}${n}`).join('\n')
    }\n`
    const { records } = await readAll(encoded(text, 'utf-8'), { format: 'csv' }, 4)
    expect(records.map(({ id }) => Number(id))).toEqual(Array.from({ length: 40 }, (_, n) => n))
    expect(String(records[39]!.text).endsWith('ώ39')).toBe(true)
  })
})

describe('json', () => {
  const objects = Array.from(
    { length: 8 },
    (_, n) => ({ id: n, price: n === 1 ? '1' : 1.5, text: `[{"${n}\\"` }),
  )
  it.each([
    ['an array', JSON.stringify(objects), ''],
    [
      'an object with a list',
      JSON.stringify({ meta: { a: [1, 2] }, data: { items: objects }, next: null }, null, 2),
      'data.items',
    ],
    ['a list behind others', JSON.stringify({ total: 8, value: objects }), 'value'],
    ['one a line', objects.map((object) => JSON.stringify(object)).join('\n'), ''],
  ])('reads %s', async (_, text, path) => {
    const { records, format } = await readAll(encoded(text, 'utf-8'), { format: 'json' })
    expect(format.items_path).toBe(path)
    expect(records).toEqual(objects)
  })

  it('keeps digits that a float would lose', async () => {
    const { records } = await readAll(encoded('[{"id": 12345678901234567890}]', 'utf-8'), { format: 'json' })
    expect(records).toEqual([{ id: '12345678901234567890' }])
  })

  it.each(['[{"a": 1}, {"a": ', '[{"a": 1}', '[{"a": 1},', '{"data": [{"a": 1}, {"a": 2}', '[', '{"data"'])(
    'takes a file that was cut off for no file: %s',
    async (text) => {
      await expect(readAll(encoded(text, 'utf-8'), { format: 'json' })).rejects.toThrow()
    },
  )

  it('reads an empty list', async () => {
    expect((await readAll(encoded('{"data": []}', 'utf-8'), { format: 'json', items_path: 'data' })).records)
      .toEqual([])
    expect((await readAll(encoded(' [ ] ', 'utf-8'), { format: 'json' })).records).toEqual([])
  })

  it('names the path that leads nowhere', async () => {
    await expect(readAll(encoded('{"a": [{}]}', 'utf-8'), { format: 'json', items_path: 'b.c' })).rejects
      .toThrow('"b.c"')
  })
})

describe('xml', () => {
  const text = `<?xml version="1.0" encoding="UTF-8"?><!-- <Ad> --><Ads date="a>b"><Head><Ad>no</Ad></Head>${
    Array.from({ length: 7 }, (_, n) => `
    <Ad id="${n}"><Title lang="ru"><![CDATA[</Ad> & ${n}]]></Title><Price>1.0${n}</Price><Photos><Photo>a&amp;b</Photo><Photo>c</Photo></Photos></Ad>`)
      .join('')
  }<Other/></Ads>`

  it('finds the elements that repeat, and reads them', async () => {
    const { records, format } = await readAll(encoded(text, 'utf-8'), { format: 'xml' })
    expect(format.items_path).toBe('Ads.Ad')
    expect(records).toHaveLength(7)
    expect(records[6]).toEqual({
      '@id': '6',
      Title: { '@lang': 'ru', '#text': '</Ad> & 6' },
      Price: '1.06',
      Photos: { Photo: ['a&b', 'c'] },
    })
  })

  it('takes the declared encoding', async () => {
    const russian = '<?xml version="1.0" encoding="windows-1251"?><r><i><t>ю</t></i><i><t>я</t></i></r>'
    expect((await readAll(encoded(russian, 'windows-1251'), { format: 'xml' })).records).toEqual([
      { t: 'ю' },
      { t: 'я' },
    ])
  })

  it.each(['<r><i>1</i><i>2</i>', '<r><i>1</i><i>2', '<r><i>1</i><'])(
    'takes a file that was cut off for no file: %s',
    async (cut) => {
      await expect(readAll(encoded(cut, 'utf-8'), { format: 'xml', items_path: 'r.i' })).rejects.toThrow()
    },
  )

  it("reads no entities of the file's own", async () => {
    const bomb = '<!DOCTYPE r [<!ENTITY a "aaaa">]><r><i>&a;</i><i/></r>'
    await expect(readAll(encoded(bomb, 'utf-8'), { format: 'xml' })).rejects.toThrow('DOCTYPE')
  })
})

describe('archives', () => {
  const text = 'id;text\n'.padEnd(3_000_000, '1;some words\n')
  const stream = (bytes: Uint8Array) =>
    new Blob([bytes as Uint8Array<ArrayBuffer>]).stream() as ReadableStream<Uint8Array>
  const content = async (bytes: Uint8Array, most = Infinity) => {
    const chunks = []
    const refuse = (size: number) => {
      if (size > most) throw new Error('too large')
    }
    for await (const chunk of unpacked(stream(bytes), refuse)) chunks.push(...[chunk])
    return new TextDecoder().decode(
      new Uint8Array(await new Blob(chunks as Uint8Array<ArrayBuffer>[]).arrayBuffer()),
    )
  }

  it('unpacks gzip and zip by their content, and leaves the rest', async () => {
    expect(await content(strToU8(text))).toBe(text)
    expect(await content(gzipSync(text))).toBe(text)
    expect(await content(zipSync({ 'readme.md': strToU8('no'), 'folder/list.CSV': strToU8(text) }))).toBe(
      text,
    )
    expect(await content(zipSync({ 'a.csv': [strToU8(text), { level: 0 }] }))).toBe(text)
  })

  it('refuses bombs, broken archives and zips without data', async () => {
    await expect(content(gzipSync('0'.repeat(50_000_000)), 1_000_000)).rejects.toThrow('too large')
    await expect(content(zipSync({ 'a.csv': strToU8('0'.repeat(50_000_000)) }), 1_000_000)).rejects.toThrow(
      'too large',
    )
    await expect(content(gzipSync(text).subarray(0, 2_000))).rejects.toThrow('cut off')
    await expect(content(zipSync({ 'a.pdf': strToU8('x') }))).rejects.toThrow('no file that ends in')
  })
})
