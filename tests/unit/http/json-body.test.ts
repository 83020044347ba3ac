import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { type JsonBodyOptions, readJsonBody } from '../../../functions/_shared/http/json-body.ts'

const schema = z.strictObject({ name: z.string().max(5).optional(), count: z.int().optional() })

const read = (body: string, headers: Record<string, string> = json, options?: Partial<JsonBodyOptions>) =>
  readJsonBody(new Request('http://hub', { method: 'POST', body, headers }), schema, {
    maxBytes: 100,
    ...options,
  })

const json = { 'Content-Type': 'application/json' }

describe('a JSON body', () => {
  it('is read by its schema, and none at all is {}', async () => {
    expect(await read('{"name":"Дом"}')).toEqual({ name: 'Дом' })
    expect(await read('')).toEqual({})
  })

  it('is refused with every member at fault, the first as target', async () => {
    await expect(read('{"name":"too long","count":1.5}')).rejects.toMatchObject({
      code: 'invalid_parameter',
      target: 'name',
      message: expect.stringMatching(/^name: .*; count: .*\.$/),
      details: [{ target: 'name' }, { target: 'count' }],
    })
    await expect(read('{"count":"1"}')).rejects.toMatchObject({ target: 'count', details: undefined })
    await expect(read('{"other":1}')).rejects.toMatchObject({ code: 'invalid_parameter', target: '' })
  })

  it.each(['{', 'null x', '{"name":NaN}', '\u0000'])('is refused when it is not JSON: %j', async (body) => {
    await expect(read(body)).rejects.toMatchObject({ code: 'invalid_body', message: 'The body is not JSON.' })
  })

  it('is refused when it is too large or of another type, unless any type will do', async () => {
    await expect(read(`{"name":"${' '.repeat(100)}"}`)).rejects.toMatchObject({ code: 'payload_too_large' })
    const text = { 'Content-Type': 'text/plain' }
    await expect(read('{}', text)).rejects.toMatchObject({ code: 'unsupported_media_type' })
    expect(await read('{"count":1}', text, { anyType: true })).toEqual({ count: 1 })
  })

  it('is read by another parser where one is given', async () => {
    await expect(
      read('{"name":12345}', json, { parse: (text) => JSON.parse(text.replace('12345', '"12345"')) }),
    )
      .resolves.toEqual({ name: '12345' })
  })
})
