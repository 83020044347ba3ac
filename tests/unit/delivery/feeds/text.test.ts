import { describe, expect, test } from 'vitest'
import { mainPhotoFirst } from '../../../../functions/_shared/delivery/feeds/photos.ts'
import { plainText, simpleMarkup } from '../../../../functions/_shared/delivery/feeds/text.ts'
import type { JobListing } from '../../../../functions/_shared/delivery/job.ts'

test.each([
  ['A home by the sea', 'A home by the sea'],
  ['<p>One.</p><p>Two<br/>three</p>', 'One.\nTwo\nthree'],
  ['<ul><li>Pool</li><li>Garden</li></ul>', 'Pool\nGarden'],
  ['<b onclick="x()">Bold</b> &amp; <i>fine</i>', 'Bold & fine'],
  ['a<script>alert(1)</script>b<style>p{}</style>c<!-- d -->e', 'abce'],
  ['a<script>never closed', 'a'],
  ['&lt;b&gt;bold&lt;/b&gt; and &lt;script&gt;alert(1)&lt;/script&gt;', 'bold and'],
  ['<<b>b>nested</<b>b>', 'nested'],
  ['5 < 6 & 7 > 3, 100 m<sup>2</sup>', '5 < 6 & 7 > 3, 100 m2'],
  ['&#1044;&#x43E;&#1084; &nbsp;&unknown; &copy &#0;', 'Дом  &unknown; &copy'],
  ['Дом <strong>у моря</strong>\r\nи сад', 'Дом у моря\nи сад'],
  ['', ''],
  [null, ''],
  [7, ''],
])('%j is read as %j', (text, read) => expect(plainText(text)).toBe(read))

test('tags in tags, as deep as anybody likes, take no time and leave no tag', () => {
  const text = plainText('<'.repeat(20_000) + 'b>x' + 'b>'.repeat(20_000))
  expect(text).not.toContain('<')
})

describe('photos', () => {
  const media = (url: string, more: object = {}) => ({
    category: 'image',
    source_category: null,
    url,
    is_primary: false,
    ...more,
  })
  const photos = (...items: object[]) => mainPhotoFirst({ media: items } as unknown as JobListing)

  test('have addresses that everybody can read', () => {
    expect(
      photos(
        media('https://a.example/my house (1).jpg?w=1 2'),
        media('https://a.example/дом.jpg'),
        media('not an address'),
      ),
    ).toEqual([
      'https://a.example/my%20house%20(1).jpg?w=1%202',
      'https://a.example/%D0%B4%D0%BE%D0%BC.jpg',
    ])
    expect(photos(media('https://a.example/a%20b.jpg'))).toEqual(['https://a.example/a%20b.jpg'])
  })
  test('begin with the main one', () => {
    expect(photos(media('https://a.example/1'), media('https://a.example/2', { is_primary: true }))).toEqual([
      'https://a.example/2',
      'https://a.example/1',
    ])
  })
})

test.each([
  ['x ]]> y & <i>z</i>', 'x ]]> y & <i>z</i>'],
  [
    '<P class="x">One <STRONG onclick=y>two</STRONG><br class=z>three</P>',
    '<p>One <strong>two</strong><br/>three</p>',
  ],
  ['<a href="https://x.example">x</a><img src=x onerror=y><iframe>z</iframe>', 'xz'],
  ['a<script>alert(1)</script><SCRIPT>b', 'a'],
  ['<big>5 < 6</big>', '5 < 6'],
])('of %j an HTML description keeps %j', (text, kept) => expect(simpleMarkup(text)).toBe(kept))
