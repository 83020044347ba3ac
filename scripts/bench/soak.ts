import { type Line, type LoneSubject } from './harness.ts'
import { actors } from './soak/actors.ts'
import { checks } from './soak/agreement.ts'
import { type Figures, figuresOf, growth, head, rowOf } from './soak/figures.ts'
import { Notebook } from './soak/notebook.ts'
import { startSubscriber } from './soak/receiver.ts'
import { Replica } from './soak/replica.ts'
import { startSoakStack } from './soak/stack.ts'
import { ask, pause, Tally } from './soak/tally.ts'

/** MB that a function process may grow by in an hour, and by chance in a soak of minutes. */
const growthAllowed = { hour: 30, chance: 40 }

/**
 * Everything at once for `--minutes`: batches, a source that changes, brokers, readers, searches, a copy kept by events,
 * deliveries, pictures and webhooks, while functions, worker and connections are killed. A row of figures is printed a
 * minute; when all have gone home nothing may be due, and everything has to agree.
 */
export const soak: LoneSubject = {
  name: 'soak',
  isAlone: true,
  async run({ minutes }) {
    const tally = new Tally()
    const subscriber = await startSubscriber()
    const stack = await startSoakStack(tally)
    try {
      const subscribed = await ask(tally, `${stack.functionsUrl}/egress/subscriptions`, {
        method: 'POST',
        headers: {
          Authorization: `Bearer ${await stack.token('portal_cy')}`,
          'Content-Type': 'application/json',
        },
        body: JSON.stringify({ url: subscriber.url, resource: 'Property' }),
      })
      if (!subscribed.ok) throw new Error(subscribed.text)
      const replica = new Replica(stack, tally, () => stack.token('portal_cy'))
      await replica.begin()
      const notebook = new Notebook(stack, tally)

      let isOver = false
      const soaked = { stack, tally, notebook, replica, isOver: () => isOver }
      const acting = Object.entries(actors).map(([name, act]) =>
        act(soaked).catch((error: Error) => tally.note(`${name} gave up`, error.stack ?? error.message))
      )
      const figures: Figures[] = []
      console.log(head())
      for (let minute = 1; minute <= minutes; minute++) {
        await pause(60_000)
        const row = await figuresOf(stack, tally, minute)
        figures.push(row)
        console.log(rowOf(row))
      }
      isOver = true
      await Promise.all(acting)

      const lines: Line[] = []
      for (const [name, check] of Object.entries(checks)) {
        const found = await check({ stack, tally, notebook, replica, subscriber }).catch((
          error: Error,
        ) => [error.message])
        lines.push(counted(name, found))
      }
      const unasked = [...tally.unasked].map(([kind, count]) =>
        `${count} x ${kind}: ${tally.examples.get(kind)}`
      )
      const asked = [...tally.asked].map(([kind, count]) => `${count} x ${kind}`).join(', ')
      lines.push(counted('errors that nobody asked for', unasked, `by kills: ${asked || 'none'}`))
      lines.push({
        name: 'growth of a function process that lives to the end',
        value: growth(figures) * minutes / 60,
        unit: 'MB',
        limit: { max: growthAllowed.hour * minutes / 60 + growthAllowed.chance },
        detail: `${figures[0]?.functions} MB after a minute, ${figures.at(-1)?.functions} at the end`,
      })
      return lines
    } finally {
      await stack.stop()
      subscriber.close()
    }
  },
}

function counted(name: string, found: string[], else_ = 'nothing amiss'): Line {
  return {
    name,
    value: found.length,
    unit: 'faults',
    limit: { max: 0 },
    detail: found.length === 0 ? else_ : found.slice(0, 5).join('; '),
  }
}
