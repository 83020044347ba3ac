import type { Channel } from './channel.ts'
import { dash } from './dash/channel.ts'
import { recorder } from './recorder/channel.ts'
import { webhook } from './webhook/channel.ts'

/** Every channel by the name that a portal's configuration gives in `channel`. */
export const channels: Readonly<Record<string, Channel>> = { dash, recorder, webhook }
