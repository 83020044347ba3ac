/** Places, kinds and names of invented markets. */
export interface MockTown {
  name: string
  latitude: number
  longitude: number
  streets: string[]
}

const town = (name: string, latitude: number, longitude: number, ...streets: string[]): MockTown => ({
  name,
  latitude,
  longitude,
  streets,
})

const towns: Record<string, MockTown[]> = {
  CY: [
    town('Limassol', 34.684, 33.038, 'Georgiou A', 'Christaki Kranou'),
    town('Paphos', 34.775, 32.422, 'Apostolou Pavlou', 'Poseidonos Avenue'),
    town('Larnaca', 34.918, 33.62, 'Finikoudes', 'Piale Pasha'),
    town('Nicosia', 35.168, 33.374, 'Themistokli Dervi', 'Ledra Street'),
  ],
  GR: [
    town('Athens', 37.984, 23.728, 'Vasilissis Sofias', 'Solonos'),
    town('Glyfada', 37.865, 23.755, 'Lampraki', 'Metaxa'),
    town('Thessaloniki', 40.64, 22.944, 'Tsimiski', 'Leoforos Nikis'),
    town('Chania', 35.514, 24.018, 'Halidon', 'Akti Kountourioti'),
  ],
  HU: [
    town('Budapest', 47.498, 19.04, 'Váci utca', 'Andrássy út'),
    town('Debrecen', 47.532, 21.624, 'Piac utca', 'Kossuth utca'),
  ],
  KZ: [
    town('Almaty', 43.238, 76.946, 'Dostyk Avenue', 'Abay Avenue'),
    town('Astana', 51.169, 71.449, 'Kabanbay Batyr Avenue', 'Turan Avenue'),
  ],
  ES: [
    town('Marbella', 36.51, -4.886, 'Avenida Ricardo Soriano', 'Calle Ancha'),
    town('Valencia', 39.47, -0.376, 'Calle de Colón', 'Calle de la Paz'),
  ],
  PT: [
    town('Lisboa', 38.722, -9.139, 'Rua Augusta', 'Avenida da Liberdade'),
    town('Porto', 41.158, -8.629, 'Rua das Flores', 'Rua de Cedofeita'),
  ],
  US: [
    town('Austin', 30.267, -97.743, 'Congress Avenue', 'Barton Springs Road'),
    town('Boulder', 40.015, -105.27, 'Pearl Street', 'Mapleton Avenue'),
  ],
}

const elsewhere = [
  town('Old Town', 45.815, 15.982, 'Main Street', 'Station Road'),
  town('Harbour', 45.327, 14.442, 'Quay Road', 'Lighthouse Lane'),
]

export const townsOf = (country: string): MockTown[] => towns[country] ?? elsewhere

/** Of a square metre; rough, and enough to be believed. */
const prices: Record<string, number> = {
  EUR: 3_000,
  USD: 3_300,
  GBP: 3_100,
  HUF: 1_200_000,
  KZT: 700_000,
  CZK: 95_000,
  PLN: 13_000,
}
export const pricePerMetre = (currency: string): number => prices[currency] ?? 3_000

interface MockHome {
  type: string
  words: string
  bedrooms: [number, number]
  living: [number, number]
  plot?: [number, number]
  level: number
}

export const homes: readonly MockHome[] = [
  { type: 'Apartment', words: 'A bright apartment', bedrooms: [1, 3], living: [55, 130], level: 1 },
  {
    type: 'Apartment',
    words: 'A quiet apartment with a balcony',
    bedrooms: [1, 2],
    living: [48, 95],
    level: 0.9,
  },
  {
    type: 'Apartment',
    words: 'A penthouse with a roof terrace',
    bedrooms: [2, 4],
    living: [110, 260],
    level: 1.6,
  },
  {
    type: 'Apartment',
    words: 'A studio close to everything',
    bedrooms: [0, 0],
    living: [28, 45],
    level: 1.1,
  },
  {
    type: 'Single Family Residence',
    words: 'A detached house with a garden',
    bedrooms: [3, 5],
    living: [140, 280],
    plot: [350, 1_200],
    level: 1.1,
  },
  {
    type: 'Single Family Residence',
    words: 'A villa with a pool',
    bedrooms: [4, 7],
    living: [260, 640],
    plot: [900, 4_000],
    level: 1.8,
  },
  {
    type: 'Townhouse',
    words: 'A townhouse in a quiet street',
    bedrooms: [2, 4],
    living: [95, 170],
    plot: [90, 240],
    level: 0.9,
  },
]

export const peopleOf = {
  first: ['Anna', 'Maria', 'Elena', 'Sofia', 'Nikos', 'Peter', 'Daniel', 'Alex', 'Laura', 'Thomas'],
  last: ['Novak', 'Marin', 'Kovacs', 'Georgiou', 'Silva', 'Weber', 'Petrov', 'Lindgren', 'Rossi', 'Meyer'],
}
