import type { QobrixStore } from './store.ts'

/** An id that is the same each time: uuids by kind and number. */
export const idOf = (kind: number, number: number) =>
  `${String(kind).padStart(8, '0')}-0000-4000-8000-${String(number).padStart(12, '0')}`

const began = Date.UTC(2026, 0, 5, 8)
const timeAt = (minutes: number) => new Date(began + minutes * 60_000).toISOString().slice(0, 19)

const towns = ['Limassol', 'Paphos', 'Λάρνακα', 'Nicosia']
const types = ['apartment', 'house', 'land', 'office', 'retail', 'parking_lot']
const offers = ['for_sale', 'for_rent', 'for_sale', 'for_sale_and_rent']
const states = ['available', 'available', 'reserved', 'sold', 'withdrawn', 'pending']

/** A small brokerage: agents, users, contacts, a project, listings with files, viewings. */
export function fillDemo(store: QobrixStore, listings: number): void {
  for (const [number, name] of ['photos', 'documents', 'floorplans'].entries()) {
    store.put('media/categories', {
      id: idOf(9, number + 1),
      name,
      label: name,
      related_model: 'Properties',
      public: true,
    })
  }
  store.put('property-subtypes', {
    id: idOf(8, 1),
    code: 'penthouse',
    label: 'Penthouse',
    property_type: 'apartment',
  })
  store.put('property-features', { id: idOf(8, 2), field: 'view', code: 'sea', label: 'Sea view' })
  store.put('property-features', { id: idOf(8, 3), field: 'view', code: 'city', label: 'City view' })
  for (let number = 1; number <= 4; number++) {
    store.put('contacts', {
      id: idOf(4, number),
      ref: number,
      first_name: ['Maria', 'Andreas', 'Ελένη', 'Иван'][number - 1],
      last_name: `Contact ${number}`,
      email: `Contact${number}@Example.com`,
      phone: `+357 25 00000${number}`,
      is_company: false,
      role: ['seller', 'buyer', 'agent', 'client'][number - 1],
      city: 'Limassol',
      country: 'CY',
      created: timeAt(number),
      modified: timeAt(number),
      trashed: null,
    })
  }
  store.put('contacts', {
    id: idOf(4, 9),
    ref: 9,
    name: 'Blue Cape Developments',
    is_company: true,
    role: 'developer',
    created: timeAt(9),
    modified: null,
    trashed: null,
  })
  store.put('users', {
    id: idOf(3, 1),
    username: 'maria',
    name: 'Maria Ioannou',
    active: true,
    is_admin: false,
    is_supervisor: true,
    reports_to: null,
    extra: { first_name: 'Maria', email: 'Maria@Example.com', phone_mobile: '+357 99 1' },
    created: timeAt(1),
    modified: timeAt(1),
    trashed: null,
  })
  for (const [number, parent] of [[1, null], [2, idOf(2, 1)]] as const) {
    store.put('agents', {
      id: idOf(2, number),
      ref: number,
      name: `Agent ${number}`,
      agent_type: number === 1 ? 'agency' : 'individual_agent',
      sub_agent_of: parent,
      primary_contact: idOf(4, number),
      status: 'with_agency_agreement',
      commission_1: 3,
      created: timeAt(number),
      modified: timeAt(number),
      trashed: null,
    })
  }
  store.put('projects', {
    id: idOf(5, 1),
    ref: 1,
    name: 'Cape Residences, Nikos Georgiou',
    construction_stage: 'construction_phase',
    custom_resale: null,
    city: 'Paphos',
    country: 'CY',
    coordinates: '34.77,32.42',
    developer_id: idOf(4, 9),
    created: timeAt(2),
    modified: timeAt(2),
    last_media_update: timeAt(2),
    trashed: null,
  })
  for (let number = 1; number <= listings; number++) store.put('properties', propertyRow(number))
  for (let number = 1; number <= listings; number++) {
    for (const [order, category] of ['photos', 'photos', 'floorplans'].entries()) {
      store.media.set(`${category}/${idOf(7, number * 10 + order)}`, fileRow(number, order, category))
    }
  }
  store.put('opportunities', {
    id: idOf(6, 9),
    contact_name: idOf(4, 2),
    custom_property: idOf(1, 1),
    buy_rent: 'to_buy',
    status: 'new',
    enquiry_type: 'house',
    created: timeAt(60),
    modified: timeAt(60),
    trashed: null,
  })
  store.translations.set(`${idOf(1, 1)}/ru_RU`, {
    name: 'Дом 1',
    description: 'У моря.',
    short_description: '',
  })
  store.put('bazaraki-locations', {
    id: idOf(8, 8),
    name: 'Germasogeia',
    label: 'Limassol, Germasogeia',
    value: '5084',
  })
  store.put('property-finder-a-e-locations', { id: '77', name: 'Dubai Marina' })
  store.put('property-viewings', {
    id: idOf(6, 1),
    property_id: idOf(1, 1),
    viewing_id: idOf(6, 2),
    created_by: idOf(3, 1),
    viewing_outcome: 20,
    price_assessment: 30,
    created: timeAt(50),
    modified: timeAt(50),
    trashed: null,
  })
}

/** A property with what each rule of the mapping needs now and then. */
export function propertyRow(number: number): Record<string, unknown> & { id: string } {
  const type = types[number % types.length]!
  const offer = offers[number % offers.length]!
  return {
    id: idOf(1, number),
    ref: 1000 + number,
    status: states[number % states.length],
    property_type: type,
    sale_rent: offer,
    property_subtype: type === 'apartment' ? 'penthouse' : null,
    name: `Home ${number}`,
    description: ` By the sea, no. ${number}. `,
    short_description: null,
    bedrooms: number % 5,
    bathrooms: number % 3 + 1,
    internal_area_amount: 80 + number,
    plot_area_amount: number % 2 ? 500.5 : null,
    list_selling_price_amount: offer === 'for_rent' ? null : 100_000 + number,
    list_rental_price_amount: offer === 'for_sale' ? null : 900 + number,
    rent_frequency: 'Monthly',
    street: `Sea street ${number}`,
    city: towns[number % towns.length],
    state: 'Limassol',
    post_code: '3010',
    country: 'CY',
    coordinates: '34.7,33.0',
    view: number % 3 ? ['sea', 'city'] : [],
    heating: [],
    sea_view: number % 2 === 0,
    air_condition: null,
    furnished: 'furnished',
    pets_allowed: number % 2 ? true : null,
    covered_parking: number % 3,
    uncovered_parking: 0,
    parking: null,
    construction_stage: number % 4 ? 'completed' : 'offplans',
    new_build: number % 3 === 0 ? true : null,
    custom_exclusive_listing: number % 5 === 0,
    key_holder_details: number % 6 ? null : 'With the porter',
    agent: number % 2 ? idOf(2, 2) : null,
    salesperson: idOf(3, 1),
    seller: idOf(4, 1),
    developer_id: null,
    project: number % 7 ? null : idOf(5, 1),
    inherit_project_media: number % 14 === 0,
    distance_from_beach: 2.5,
    living_rooms: 1,
    video_link: null,
    website_status: 'published',
    source: 'direct',
    created_by: idOf(3, 1),
    modified_by: idOf(3, 1),
    listing_date: '2026-01-05',
    last_media_update: timeAt(100 + number),
    created: timeAt(100 + number),
    modified: number % 10 ? timeAt(200 + number) : null,
    trashed: null,
  }
}

function fileRow(number: number, order: number, category: string) {
  return {
    id: idOf(7, number * 10 + order),
    model: 'Properties' as const,
    owner: idOf(1, number),
    category,
    media_type: 'upload',
    display_order: order,
    created: timeAt(100 + number),
    modified: timeAt(100 + number),
    file: {
      filename: `${number}-${order}.jpg`,
      filesize: 1000 + order,
      mime_type: 'image/jpeg',
      href: `/files/${number}/${order}.jpg`,
      thumbnails: {},
    },
  }
}
