import { z } from 'zod'
import { HubError } from '../../http/errors.ts'
import type { ClientContext } from '../../oauth/client-context.ts'
import { resources } from '../../reso/dictionary.ts'
import { guardAddress } from '../address-guard.ts'
import type { DeliveryFailure } from '../failure.ts'
import { bodyFormats } from './body.ts'
import { planFilter } from './filter.ts'
import type { Wanted } from './subscriptions.ts'

const url = z.string().max(2000)
const kinds = z.array(z.enum(['created', 'updated', 'deleted'])).min(1)
const filter = z.string().max(4000)
const format = z.enum(bodyFormats)

/** What a new subscription is asked for with. */
export const creation = z.strictObject({
  url,
  resource: z.enum([...resources.map(({ name }) => name), 'SourceRun']),
  kinds: kinds.default(['created', 'updated', 'deleted']),
  filter: filter.optional(),
  format: format.default('standard'),
})

/** What of a subscription can be changed. */
export const changes = z.strictObject({
  url: url.optional(),
  kinds: kinds.optional(),
  filter: filter.nullable().optional(),
  format: format.optional(),
}).refine((given) => Object.keys(given).length > 0, 'names nothing to change: url, kinds, filter or format')

/**
 * Looks whether a client may be told of this at that address.
 *
 * @throws HubError invalid_parameter (url), or what is wrong with the filter
 */
export async function checkWanted(
  client: ClientContext,
  resource: string,
  { url, filter }: Pick<Partial<Wanted>, 'url' | 'filter'>,
): Promise<void> {
  if (url !== undefined) {
    await guardAddress(url).catch((error: DeliveryFailure) => {
      throw new HubError('invalid_parameter', error.message, { target: 'url' })
    })
  }
  if (filter !== undefined) planFilter(client, resource, filter)
}

/** Ten secrets sign at most. */
export const tooManySecrets = () =>
  new HubError(
    'conflict',
    'Ten secrets of this subscription still sign: rotate again once one has expired.',
  )

/** A test is signed and sent as any message is: not while the subscription is disabled. */
export const disabled = () => new HubError('conflict', 'The subscription is disabled: enable it first.')
