import { describe, expect, it } from 'vitest'
import { fromDatabaseError } from '../../../functions/_shared/http/database-errors.ts'

const failure = (code: string | undefined, message = 'boom') => Object.assign(new Error(message), { code })

describe('a connection that cannot be had or is lost', () => {
  it.each([
    'The server does not support SSL connections',
    'There was an error establishing an SSL connection',
    'unable to verify the first certificate',
    'unable to get local issuer certificate',
    'self-signed certificate in certificate chain',
    'certificate has expired',
    "Hostname/IP does not match certificate's altnames: Host: db.example.com. is not in the cert's altnames",
    'invalid peer certificate: UnknownIssuer',
    'invalid peer certificate: NotValidForName',
    'Connection terminated unexpectedly',
  ])('by its words: %s', (message) => {
    expect(fromDatabaseError(failure(undefined, message))).toMatchObject({
      status: 503,
      code: 'database_unavailable',
    })
  })

  it.each(['UnexpectedEof', 'ConnectionReset', 'BrokenPipe'])(
    'by the name that Deno gives it: %s',
    (name) => {
      expect(fromDatabaseError(Object.assign(new Error('boom'), { name }))).toMatchObject({ status: 503 })
    },
  )

  it('by a pooler that ends it with whatever code', () => {
    const error = (severity: string) =>
      Object.assign(failure('XX000', 'Max client connections reached'), { severity })
    expect(fromDatabaseError(error('FATAL'))).toMatchObject({ status: 503, code: 'database_unavailable' })
    expect(fromDatabaseError(error('ERROR'))).toBeUndefined()
  })

  it('is nothing that merely speaks of a certificate', () => {
    expect(fromDatabaseError(failure(undefined, 'The field certificate is unknown'))).toBeUndefined()
  })
})

describe('a database failure', () => {
  it.each([
    ['ECONNREFUSED', 503, 'database_unavailable'],
    ['ECONNRESET', 503, 'database_unavailable'],
    ['ENOTFOUND', 503, 'database_unavailable'],
    ['08006', 503, 'database_unavailable'],
    ['57P01', 503, 'database_unavailable'],
    ['57P03', 503, 'database_unavailable'],
    ['53300', 503, 'database_unavailable'],
    ['28P01', 503, 'database_unavailable'], // a pooler that has not heard of a new password
    ['08P01', 503, 'database_unavailable'],
    ['40001', 503, 'write_conflict'],
    ['40P01', 503, 'write_conflict'],
    ['55P03', 503, 'write_conflict'],
    ['57014', 504, 'query_timeout'],
    ['22021', 400, 'invalid_parameter'],
    ['22P05', 400, 'invalid_parameter'],
  ])('%s is %i %s', (code, status, name) => {
    expect(fromDatabaseError(failure(code))).toMatchObject({ status, code: name })
  })

  it("that names half of a surrogate pair is the sender's; any other text that is no JSON is ours", () => {
    const unreadable = (detail: string) => Object.assign(failure('22P02'), { detail })
    expect(fromDatabaseError(unreadable('Unicode low surrogate must follow a high surrogate.')))
      .toMatchObject({ status: 400, code: 'invalid_parameter' })
    expect(fromDatabaseError(unreadable('Token "x" is invalid.'))).toBeUndefined()
  })

  it.each([
    ['Connection terminated unexpectedly', 'database_unavailable'],
    ['Connection terminated due to connection timeout', 'database_unavailable'],
    ['timeout exceeded when trying to connect', 'database_unavailable'],
    ['Client has encountered a connection error and is not queryable', 'database_unavailable'],
    ['Query read timeout', 'query_timeout'],
  ])('"%s" is %s', (message, code) => {
    expect(fromDatabaseError(failure(undefined, message))).toMatchObject({ code })
  })

  it('that may pass is marked with Retry-After', () => {
    expect(fromDatabaseError(failure('57P01'))?.headers['Retry-After']).toBe('5')
    expect(fromDatabaseError(failure('40P01'))?.headers['Retry-After']).toBe('1')
    expect(fromDatabaseError(failure('57014'))?.headers['Retry-After']).toBeUndefined()
  })

  it.each(['23505', '42601', '42501', '22P02', 'XX000'])('%s is a fault of the hub', (code) => {
    expect(fromDatabaseError(failure(code))).toBeUndefined()
  })

  it('is told from other errors', () => {
    expect(fromDatabaseError(new TypeError('x is undefined'))).toBeUndefined()
    expect(fromDatabaseError('Connection terminated')).toBeUndefined()
  })
})
