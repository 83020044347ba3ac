import { listingKey, towns } from './fill.ts'

/** A read of the filled collection: what a client asks for, and the shortest way to the same bytes. */
export interface Read {
  /** Behind the address of the service root; n counts requests, so that they differ. */
  path(n: number): string
  /** Hand-written SQL, run as owner without row level security. */
  sql: string
  values(n: number): unknown[]
  /** One row of it as JSON. */
  text(row: string[]): string
}

const office = 'SHARPSIR-CY-001'
const inTown = (n: number) => `City eq 'Town ${n % towns}' and ListPrice ge 500000`
const query = (options: Record<string, string | number>) =>
  Object.entries(options).map(([name, value]) => `$${name}=${encodeURIComponent(value)}`).join('&')

/** The n-th of the keys that a client of the large office sees. */
const key = (n: number, rows: number) => listingKey(1 + Math.floor((n * 7919) % rows / 100) * 100 + n % 99)

const fields = 'stamp, "ModificationTimestamp", doc'
const ofOffice = 'from public.served_property where office_key = $1 and not is_deleted'
const ofTown = `${ofOffice} and "City" = $2 and "ListPrice" >= 50000000`
const photos = `array(select concat('{"@odata.etag":"W/\\"', m.stamp, '\\"","ModificationTimestamp":"',
    m."ModificationTimestamp", '",', m.doc, '}') from public.served_media m
  where m."ResourceRecordKey" = p."ListingKey" and not m.is_deleted order by m.seq)`

const entity = ([stamp, time, doc, gold]: string[], more = '') =>
  `{"@odata.etag":"W/\\"${stamp}\\"","ModificationTimestamp":"${time}",${doc},${gold}${more}}`
const whole = { text: (row: string[]) => entity(row) }

/** The reads that are measured, by name; `rows` is the size of the collection. */
export const reads = (rows: number) => ({
  key: {
    path: (n) => `Property('${key(n, rows)}')`,
    sql: `select ${fields}, doc_gold from public.served_property where "ListingKey" = $1 and not is_deleted`,
    values: (n) => [key(n, rows)],
    ...whole,
  },
  expand: {
    path: (n) => `Property('${key(n, rows)}')?${query({ expand: 'Media' })}`,
    sql: `select ${fields}, doc_gold, array_to_string(${photos}, ',')
      from public.served_property p where "ListingKey" = $1 and not is_deleted`,
    values: (n) => [key(n, rows)],
    text: (row) => entity(row, `,"Media":[${row[4]}]`),
  },
  newest: {
    path: () => `Property?${query({ orderby: 'ModificationTimestamp desc', top: 100 })}`,
    sql: `select ${fields}, doc_gold ${ofOffice} order by "ModificationTimestamp" desc, seq desc limit 100`,
    values: () => [office],
    ...whole,
  },
  filter: {
    path: (n) => `Property?${query({ filter: inTown(n), orderby: 'ListPrice', top: 100 })}`,
    sql: `select ${fields}, doc_gold ${ofTown} order by "ListPrice", seq limit 100`,
    values: (n) => [office, `Town ${n % towns}`],
    ...whole,
  },
  select: {
    path: () => `Property?${query({ select: 'ListingKey,City,ListPrice,BedroomsTotal', top: 1000 })}`,
    sql: `select stamp, to_json("ListingKey"), to_json("City"), "ListPrice" * 0.01, "BedroomsTotal"
      ${ofOffice} order by seq limit 1000`,
    values: () => [office],
    text: ([stamp, listing, city, price, bedrooms]) =>
      `{"@odata.etag":"W/\\"${stamp}\\"","ListingKey" : ${listing}, "City" : ${city}, "BedroomsTotal" : ${bedrooms}, ` +
      `"ListPrice" : ${price}}`,
  },
  replication: {
    path: () => `Property?${query({ top: 1000 })}`,
    sql: `select ${fields}, doc_gold ${ofOffice} order by seq limit 1000`,
    values: () => [office],
    ...whole,
  },
  count: {
    path: (n) => `Property/$count?${query({ filter: inTown(n) })}`,
    sql: `select count(*) ${ofTown}`,
    values: (n) => [office, `Town ${n % towns}`],
    text: ([count]) => count!,
  },
  counted: {
    path: (n) => `Property?${query({ filter: inTown(n), count: 'true', top: 10 })}`,
    sql: `select ${fields}, doc_gold, (select count(*) ${ofTown}) ${ofTown} order by seq limit 10`,
    values: (n) => [office, `Town ${n % towns}`],
    ...whole,
  },
} satisfies Record<string, Read>)

export type ReadName = keyof ReturnType<typeof reads>
