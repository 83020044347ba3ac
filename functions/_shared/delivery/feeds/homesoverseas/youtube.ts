/** The id in a YouTube address (watch?v=, youtu.be/, embed/, shorts/), or null. */
export function youtubeId(address: unknown): string | null {
  if (typeof address !== 'string') return null
  const match =
    /(?:youtube(?:-nocookie)?\.com\/(?:watch\?(?:[^#\s]*&)?v=|embed\/|shorts\/)|youtu\.be\/)([\w-]{11})(?![\w-])/i
      .exec(address)
  return match?.[1] ?? null
}
