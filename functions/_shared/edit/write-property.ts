import type { PoolClient } from '../db/pool.ts'
import { HubError } from '../http/errors.ts'
import type { EntityType, Property } from '../odata/model/model.ts'
import { changePrice, editExtraFields, setLocation, updateColumns } from '../properties/changes.ts'
import { rethrowRefusal } from '../properties/refusals.ts'
import { addMedia, newMedia } from './add-media.ts'
import { changedValues, type Changes, checkColumns, sortChanges } from './changes.ts'
import { Faults, ofField } from './faults.ts'
import { checkLookups } from './lookups.ts'
import { type Place, propertyPlaces } from './places.ts'
import { readValues, type Value } from './read-values.ts'
import { storedRecord } from './stored-record.ts'
import { asClient, asService, edit, type EditRequest, type EditState, onListing } from './transaction.ts'

export interface RecordEdit extends Pick<EditRequest, 'clientId' | 'receipt'> {
  type: EntityType
  profile: 'gold' | 'dd2'
  body: Record<string, unknown>
  numbersAsText: boolean
  /** Looks at the record before anything is changed: If-Match. @throws HubError */
  admit?: (state: EditState) => void
}

const officeField = 'OriginatingSystemOfficeKey'

/** Files that come with a new listing. */
const mostMedia = 100

/**
 * A listing of an office of the client, as a draft, with the files that the body holds as `Media`: the hub gives its key,
 * people take it on from there.
 */
export function createProperty(request: RecordEdit): Promise<EditState> {
  const { clientId, receipt, body } = request
  const { [officeField]: named = null, Media: files = [], ...content } = body
  const key = typeof named === 'string' ? named : null
  return edit(
    { clientId, receipt, resource: 'Property', at: { resource: 'Office', key } },
    async (client, { office, offices = [] }) => {
      const faults = new Faults()
      if (Object.keys(content).every((name) => name.includes('@'))) {
        throw new HubError('invalid_body', 'The body names no field of the listing.', { details: [] })
      }
      if (office === undefined) {
        const which = key === null ? 'Name the office of the listing' : 'This client has no such office'
        faults.add(
          officeField,
          key === null ? 'missing' : 'unknown_value',
          `${which}: ${offices.join(', ') || 'it has none'}.`,
        )
      }
      const media = mediaIn(request, files, faults)
      const { columns, extra } = await changesIn(client, request, content, undefined, office ?? '', faults)
      await asClient(client)
      const { rows: [row] } = await client.query<{ id: string }>(
        'select x.id from mls.create_listing($1, $2) x',
        [
          JSON.stringify(columns),
          office,
        ],
      )
      const { id } = row!
      if (Object.keys(extra).length > 0) await editExtraFields(client, id, extra)
      await asService(client)
      await client.query('select mls.hand_to_agent($1)', [id])
      if (media.length > 0) await onListing(client, clientId, 'Media', id)
      for (const [n, file] of media.entries()) await addMedia(client, id, file, `Media/${n}/`)
      return id
    },
  )
}

function mediaIn({ type, numbersAsText }: RecordEdit, files: unknown, faults: Faults): Changes[] {
  if (!Array.isArray(files) || files.length > mostMedia) {
    faults.add('Media', 'invalid_value', `Media is an array of at most ${mostMedia} files.`)
    return []
  }
  const mediaType = type.navigations.get('Media')!.type
  return files.map((file: unknown, index) => {
    const inFile = faults.within(`Media/${index}`)
    const isObject = typeof file === 'object' && file !== null && !Array.isArray(file)
    if (!isObject) faults.add(`Media/${index}`, 'invalid_value', 'A file is an object with its fields.')
    const { ResourceRecordKey: listing = null, ...body } = (isObject ? file : {}) as Record<string, unknown>
    if (listing !== null) {
      inFile.add('ResourceRecordKey', 'read_only', 'The listing gets its key now, and its files with it.')
    }
    return newMedia({ type: mediaType, body, numbersAsText }, inFile)
  })
}

/** Changes what is named; what is not stays. */
export function updateProperty(request: RecordEdit, key: string): Promise<EditState> {
  const { clientId, receipt, type, body, admit } = request
  return edit(
    { clientId, receipt, resource: 'Property', at: { resource: 'Property', key } },
    async (client, { state }) => {
      const { id, row, office } = state!
      admit?.(state!)
      const changes = await changesIn(client, request, body, state!, office, new Faults())
      const isNothing = Object.keys(changes.columns).length + Object.keys(changes.extra).length === 0
      if (isNothing) return id
      requireClaimed(state!, type.name)
      await asClient(client)
      await carryOut(client, id, changes, row)
      return id
    },
  )
}

/** Of an unclaimed listing the next batch of its source would undo every edit. */
export function requireClaimed({ is_claimed }: EditState, resource: string): void {
  if (is_claimed) return
  const message =
    'The listing follows its source until somebody in the market claims it: nothing is changed before.'
  throw new HubError('conflict', message, {
    target: resource,
    details: [{ code: 'not_claimed', target: 'ListingKey', message }],
  })
}

let known: Promise<Map<string, Place>> | undefined

/** The places of the fields of listings; the database says which columns are edited. */
export function placesOfProperty(client: Pick<PoolClient, 'query'>): Promise<Map<string, Place>> {
  known ??= client.query<{ columns: string[] }>('select mls.editable_columns() as columns')
    .then(({ rows }) => propertyPlaces(rows[0]!.columns))
  known.catch(() => known = undefined)
  return known
}

async function changesIn(
  client: PoolClient,
  { type, profile, numbersAsText }: RecordEdit,
  body: Record<string, unknown>,
  state: EditState | undefined,
  office: string,
  faults: Faults,
): Promise<Changes> {
  const places = await placesOfProperty(client)
  const sent = readValues(type, body, numbersAsText, faults)
  const asked = state ? changedValues(sent, currentRecord(type, profile, state, places)) : sent
  const values = await checkLookups(client, asked, office, faults)
  checkPrices(values, places, state !== undefined, faults)
  const changes = sortChanges(type, values, places, state === undefined, faults)
  checkPoint(changes, state?.row, faults)
  await checkColumns(client, changes, office, faults)
  faults.refuse(type.name)
  return changes
}

/** What the client reads of the record: what is served, and of a draft what is stored. */
export function currentRecord(
  type: EntityType,
  profile: 'gold' | 'dd2',
  state: EditState,
  places: ReadonlyMap<string, Place>,
): Record<string, unknown> {
  const served = profile === 'dd2' ? state.served_dd2 : state.served
  const stored = storedRecord(type, state, places)
  return state.is_draft ? { ...served, ...stored } : { ...stored, ...served }
}

function checkPrices(
  values: ReadonlyMap<Property, Value>,
  places: ReadonlyMap<string, Place>,
  isKnown: boolean,
  faults: Faults,
): void {
  for (const [{ name }, value] of values) {
    if (places.get(name)?.kind !== 'price') continue
    if (value === null ? isKnown : !(Number(value) > 0)) {
      faults.add(
        name,
        'out_of_range',
        `${name} must be greater than 0. A listing without a price is not sent one.`,
      )
    }
  }
}

/** Both coordinates or none; one alone goes with the other as it is. */
function checkPoint({ columns, fields }: Changes, row: EditState['row'] | undefined, faults: Faults): void {
  const pair = [['latitude', 'Latitude', 'Longitude'], ['longitude', 'Longitude', 'Latitude']] as const
  if (pair.every(([column]) => fields[column] === undefined)) return
  if (faults.details.some(({ target }) => pair.some(([, name]) => name === target))) return
  for (const [column, name, other] of pair) {
    if (fields[column] === undefined && typeof row?.[column] === 'number') columns[column] = row[column]
    if (typeof columns[column] !== 'number' && (row !== undefined || columns[otherColumn[column]] != null)) {
      faults.add(name, 'missing', `A place has both coordinates: send ${name} with ${other}.`)
    }
  }
  if (columns.latitude === 0 && columns.longitude === 0) {
    faults.add('Latitude', 'out_of_range', 'The coordinates 0, 0 are nowhere: leave them out.')
  }
}

const otherColumn = { latitude: 'longitude', longitude: 'latitude' } as const

/** Each by its rule. A price that is sent as it is asks for nothing. */
async function carryOut(
  client: PoolClient,
  listing: string,
  { columns, fields, extra }: Changes,
  row: EditState['row'],
): Promise<void> {
  const { list_price, lease_amount, latitude, longitude, ...plain } = columns
  const names = Object.keys(plain)
  if (names.length > 0) {
    await ofField(
      fields[names[0]!]!,
      () => updateColumns(client, listing, names, plain).catch(rethrowRefusal),
    )
  }
  const prices = [['list_price', list_price, 'SALE'], ['lease_amount', lease_amount, 'LEASE']] as const
  for (const [column, price, kind] of prices) {
    if (price === undefined || Number(price) === row[column]) continue
    await ofField(
      fields[column]!,
      () => changePrice(client, listing, price, kind, null).catch(rethrowRefusal),
    )
  }
  if (latitude !== undefined && (latitude !== row.latitude || longitude !== row.longitude)) {
    await ofField('Latitude', () => setLocation(client, listing, latitude, longitude).catch(rethrowRefusal))
  }
  if (Object.keys(extra).length > 0) await editExtraFields(client, listing, extra)
}
