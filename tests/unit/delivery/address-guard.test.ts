import { expect, test } from 'vitest'
import { sendForStatus } from '../../../functions/_shared/delivery/send.ts'
import { createServer } from 'node:http'
import { guardAddress, pinAddress } from '../../../functions/_shared/delivery/address-guard.ts'

test.each([
  'https://hooks.example.com/x',
  'https://hooks.example.com:8443/x',
  'https://8.8.8.8/',
  'https://[2606:4700::1111]/',
])('%s is accepted', async (address) => await expect(guardAddress(address)).resolves.toBeUndefined())

test.each([
  'http://hooks.example.com/',
  'ftp://example.com/',
  'nonsense',
  'https://user:pass@example.com/',
  'https://example.com:22/',
  'https://localhost/',
  'https://localhost./',
  'https://metadata.google.internal/',
  'https://printer.local/',
  'https://intranet/',
  'https://127.0.0.1/',
  'https://127.1/',
  'https://2130706433/',
  'https://0x7f000001/',
  'https://0177.0.0.1/',
  'https://0.0.0.0/',
  'https://10.1.2.3/',
  'https://172.16.0.1/',
  'https://172.31.255.255/',
  'https://192.168.1.1/',
  'https://169.254.169.254/latest/meta-data',
  'https://100.64.0.1/',
  'https://198.18.0.1/',
  'https://224.0.0.1/',
  'https://255.255.255.255/',
  'https://192.0.2.1/',
  'https://[::1]/',
  'https://[::]/',
  'https://[::ffff:127.0.0.1]/',
  'https://[::ffff:10.0.0.1]/',
  'https://[fe80::1]/',
  'https://[fd00::1]/',
  'https://[64:ff9b::7f00:1]/',
  'https://[2002:7f00:1::]/',
  'https://[2001:db8::1]/',
  'https://[ff02::1]/',
  'http://127.0.0.1/',
])('%s is refused', async (address) => {
  await expect(guardAddress(address)).rejects.toMatchObject({ code: 'address_refused' })
})

const hook = 'https://hooks.example.com/x'

test('a name is looked up once, and the call goes where it led then', async () => {
  let asked = 0
  const addresses = await pinAddress(hook, {
    resolve: (_, type) =>
      Promise.resolve(
        asked++ < 2 && type === 'A' ? ['93.184.216.34'] : ['10.0.0.1'].slice(0, asked > 2 ? 1 : 0),
      ),
  })
  expect(addresses).toEqual(['93.184.216.34'])

  const server = createServer((request, response) =>
    void response.writeHead(200, { 'X-Host': request.headers.host! }).end()
  )
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  const { headers } = await sendForStatus({
    method: 'POST',
    url: `http://nowhere.invalid:${port}/`,
    addresses: ['127.0.0.1'],
    timeoutMs: 2_000,
    maxBytes: 100,
  })
  expect(headers.get('X-Host')).toBe(`nowhere.invalid:${port}`)
  server.close()
})

const failing = () => Promise.reject(new Error('SERVFAIL'))
test.each<[string, string, (type: string) => Promise<string[]>]>([
  ['fails', 'connection', failing],
  ['knows nothing', 'connection', () => Promise.resolve([])],
  [
    'leads inwards with one of several',
    'address_refused',
    (type) => Promise.resolve(type === 'A' ? ['93.184.216.34', '127.0.0.1'] : []),
  ],
  [
    'leads inwards in IPv6 only',
    'address_refused',
    (type) => type === 'A' ? Promise.resolve(['93.184.216.34']) : Promise.resolve(['fd00::1']),
  ],
])('nothing is sent where the resolver %s', async (_, code, resolve) => {
  await expect(pinAddress(hook, { resolve: (_, type) => resolve(type) })).rejects.toMatchObject({
    code,
    retry: true,
  })
})

test('one family of addresses is enough', async () => {
  const six = (_: string, type: string) => type === 'AAAA' ? Promise.resolve(['2606:4700::1111']) : failing()
  expect(await pinAddress(hook, { resolve: six })).toEqual(['2606:4700::1111'])
  expect(await pinAddress('https://8.8.8.8/', { resolve: failing })).toBeUndefined()
})
