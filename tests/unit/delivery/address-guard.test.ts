import { expect, test } from 'vitest'
import { guardAddress } from '../../../functions/_shared/delivery/address-guard.ts'

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
