import type { Reader } from '../model/reader.ts'
import { read } from './read.ts'

/** The last stamp that is visible now: what bears a greater one is a change since (mls.visible_stamp). */
export async function visibleStamp(reader: Reader): Promise<string> {
  const [row] = await read(reader, (run) => run({ text: 'select mls.visible_stamp()::text', values: [] }))
  return row![0]!
}
