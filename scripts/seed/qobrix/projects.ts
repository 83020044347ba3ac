import { CYPRUS } from '../places/cyprus.ts'
import type { Town } from '../places/town.ts'
import { randomFor } from '../prng.ts'

/** A development whose gallery Qobrix repeats for each of its units. */
export interface Project {
  id: string
  name: string
  developer: string
  /** Number of the developer among the contacts. */
  developerContact: number
  stage: 'offplans' | 'construction_phase' | 'completed'
  town: Town
  latitude: number
  longitude: number
  /** Pictures of the gallery. */
  pictures: number
}

/** The first contacts of the market, in this order. */
export const DEVELOPERS = [
  'Blue Cape Developments',
  'Kition Homes & Partners',
  'Akamas Living',
  "Aphrodite's Rock Estates",
]

const UNITS_PER_PROJECT = 6

const PROJECTS: Project[] = [
  project(1, 'Amathus Gardens', 'Blue Cape Developments', 'offplans', 'Agios Tychonas'),
  project(2, 'Marina Crescent', 'Blue Cape Developments', 'construction_phase', 'Limassol Marina'),
  project(3, 'Zenith Residences', 'Kition Homes & Partners', 'completed', 'Larnaca'),
  project(4, 'Akamas "Sunset" Villas', 'Akamas Living', 'construction_phase', 'Polis'),
  project(5, 'Cape Greco Terraces', "Aphrodite's Rock Estates", 'offplans', 'Protaras'),
  project(6, 'Ελαιώνας Park', 'Kition Homes & Partners', 'completed', 'Strovolos'),
]

/** The project of the nth home: the first homes of the market are its units, six to a project. */
export function projectOf(number: number): Project | null {
  return PROJECTS[Math.floor((number - 1) / UNITS_PER_PROJECT)] ?? null
}

function project(
  number: number,
  name: string,
  developer: string,
  stage: Project['stage'],
  city: string,
): Project {
  const random = randomFor('CY', 'project', number)
  const town = CYPRUS.find((candidate) => candidate.spellings.includes(city))!
  const spread = () => random.int(-400, 400) / 100_000
  return {
    id: random.uuid(),
    name,
    developer,
    developerContact: DEVELOPERS.indexOf(developer) + 1,
    stage,
    town,
    latitude: town.latitude + spread(),
    longitude: town.longitude + spread(),
    pictures: 4,
  }
}
