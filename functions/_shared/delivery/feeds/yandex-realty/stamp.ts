/** `YYYY-MM-DDTHH:mm:ss+00:00`: a time with its offset, without fractions of a second. */
export function stampOf(time: string): string {
  return `${new Date(time).toISOString().slice(0, 19)}+00:00`
}
