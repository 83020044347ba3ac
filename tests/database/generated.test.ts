import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { compareDatabase } from '../../scripts/generate/compare.ts'
import { renderPage } from '../../scripts/reference/page.ts'
import { pages, repository } from '../../scripts/stack/layout.ts'
import { readCatalog } from '../../scripts/types/catalog.ts'
import { renderTypes } from '../../scripts/types/render.ts'
import { createDatabase, type TestDatabase } from '../support/database.ts'

/** What is generated and committed says what its source says: as `-- --check` of each command, on the template of the run. */
let database: TestDatabase

beforeAll(async () => {
  database = await createDatabase()
})
afterAll(() => database?.drop())

it('the generated SQL is what the dictionary asks for: else `npm run generate`', async () => {
  expect((await compareDatabase(database.url)).changed).toEqual([])
})

it('database.types.ts is what the migrations make: else `npm run types`', async () => {
  const wanted = renderTypes(await readCatalog(database.url)).split('\n')
  expect(readFileSync(join(repository, 'database.types.ts'), 'utf8').split('\n')).toEqual(wanted)
})

it('docs/api.html is made of the dictionary as it is: else `npm run reference`', () => {
  const isCurrent = readFileSync(pages.reference, 'utf8') === renderPage()
  expect(isCurrent).toBe(true)
})

it('types tell users what they may read, what they may write and what they may call, and of nothing else', async () => {
  await database.pool.query(`
    create type public.zoo_mood as enum ('calm', 'wild');
    create table public.zoo_animals (
      id bigint generated always as identity primary key, name text not null, moods public.zoo_mood[] not null default '{}',
      "Odd Name" numeric, vet text, mother bigint unique references public.zoo_animals
    );
    comment on table public.zoo_animals is 'Ends */ here';
    grant select (id, name, moods, "Odd Name", mother), insert (name, moods), update (name) on public.zoo_animals to authenticated;
    create table public.zoo_vets (id bigint);
    create view public.zoo_names as select name from public.zoo_animals;
    grant select on public.zoo_names to anon, authenticated;
    create function public.zoo_find(word text, most integer default 5) returns table (id bigint, moods public.zoo_mood[])
      language sql as 'select 1::bigint, null::public.zoo_mood[]';
    create function public.zoo_all() returns setof public.zoo_animals language sql as 'select * from public.zoo_animals';
    create function public.zoo_feed() returns void language sql as '';
    grant execute on function public.zoo_find, public.zoo_all, public.zoo_feed to authenticated;
    create function public.zoo_cure() returns void language sql as '';
    revoke execute on function public.zoo_cure from public`)
  const text = renderTypes(await readCatalog(database.url))
  expect(text).not.toMatch(/zoo_vets|zoo_cure|vet[?:]/)
  expect(block(text, 'zoo_animals')).toBe(`      /** Ends * / here */
      zoo_animals: {
        Row: {
          id: number
          name: string
          moods: Database['public']['Enums']['zoo_mood'][]
          'Odd Name': number | null
          mother: number | null
        }
        Insert: {
          name: string
          moods?: Database['public']['Enums']['zoo_mood'][]
        }
        Update: {
          name?: string
        }
        Relationships: [
          {
            foreignKeyName: 'zoo_animals_mother_fkey'
            columns: ['mother']
            isOneToOne: true
            referencedRelation: 'zoo_animals'
            referencedColumns: ['id']
          },
        ]
      }`)
  expect(block(text, 'zoo_names')).toBe(`      zoo_names: {
        Row: {
          name: string | null
        }
        Relationships: []
      }`)
  expect(block(text, 'zoo_find')).toBe(`      zoo_find: {
        Args: { word: string; most?: number }
        Returns: { id: number; moods: Database['public']['Enums']['zoo_mood'][] }[]
      }`)
  expect(block(text, 'zoo_all')).toContain(`Returns: Database['public']['Tables']['zoo_animals']['Row'][]`)
  expect(block(text, 'zoo_feed')).toMatch(/Args: Record<PropertyKey, never>\n +Returns: undefined/)
  expect(text).toContain(`      zoo_mood: 'calm' | 'wild'`)
})

/** What the types say of one name, with its comment. */
function block(text: string, name: string): string | undefined {
  return new RegExp(`(?:^      /\\*\\*[^\\n]*\\n)?^      ${name}: \\{[^]*?^      \\}`, 'm').exec(text)?.[0]
}
