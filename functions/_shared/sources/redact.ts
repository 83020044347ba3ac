/** Takes out of a text whatever the source signs in with: the other side may repeat it in an error. */
export function redact(text: string, ...secrets: unknown[]): string {
  return secrets.flatMap(valuesOf).sort((a, b) => b.length - a.length).reduce(
    (clean, secret) => clean.replaceAll(secret, '***').replaceAll(encodeURIComponent(secret), '***'),
    text,
  )
}

function valuesOf(secret: unknown): string[] {
  if (typeof secret === 'string') return secret.length >= 4 ? [secret] : []
  if (typeof secret !== 'object' || secret === null) return []
  return Object.values(secret).flatMap(valuesOf)
}
