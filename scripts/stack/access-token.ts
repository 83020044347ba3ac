import { Buffer } from 'node:buffer'

/** Gets an access token of an API client from the `oauth` door. */
export async function accessToken(
  functionsUrl: string,
  { client_id, client_secret }: { client_id: string; client_secret: string },
): Promise<string> {
  const basic = Buffer.from(`${encodeURIComponent(client_id)}:${encodeURIComponent(client_secret)}`).toString(
    'base64',
  )
  const response = await fetch(`${functionsUrl}/oauth/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${basic}`, 'content-type': 'application/x-www-form-urlencoded' },
    body: 'grant_type=client_credentials',
    signal: AbortSignal.timeout(30_000),
  })
  const text = await response.text()
  if (!response.ok) {
    throw new Error(`No token for ${client_id}: HTTP ${response.status} ${text.slice(0, 300)}`)
  }
  return JSON.parse(text).access_token
}
