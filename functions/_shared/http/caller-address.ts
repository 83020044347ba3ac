/**
 * The address a request comes from, '' when nobody says. On hosted Supabase Cloudflare writes it over whatever a caller
 * put there. Elsewhere the last entry of X-Forwarded-For counts: the one that the nearest proxy added; those before it
 * are a caller's own words.
 */
export function callerAddress({ headers }: Request): string {
  const forwarded = headers.get('X-Forwarded-For')?.split(',').at(-1)
  return (headers.get('CF-Connecting-IP') ?? forwarded ?? '').trim()
}
