/** Signs as Standard Webhooks says: HMAC-SHA256 over `id.timestamp.body`, one `v1,...` per secret. */
export async function signature(
  secrets: readonly string[],
  message: { id: string; timestamp: number; body: string },
): Promise<string> {
  const text = new TextEncoder().encode(`${message.id}.${message.timestamp}.${message.body}`)
  const signed = await Promise.all(secrets.map(async (secret) => {
    const key = await crypto.subtle.importKey(
      'raw',
      keyOf(secret),
      { name: 'HMAC', hash: 'SHA-256' },
      false,
      ['sign'],
    )
    return `v1,${toBase64(new Uint8Array(await crypto.subtle.sign('HMAC', key, text)))}`
  }))
  return signed.join(' ')
}

/** A new secret: `whsec_` and 24 random bytes. */
export function newSecret(): string {
  return `whsec_${toBase64(crypto.getRandomValues(new Uint8Array(24)))}`
}

function keyOf(secret: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(secret.replace(/^whsec_/, '')), (char) => char.charCodeAt(0))
}

function toBase64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
}
