import type { Random } from '../prng.ts'

/** An invented person: the name as written, and in ASCII for an e-mail address. */
export interface Person {
  first: string
  last: string
  email: string
}

type Name = readonly [written: string, ascii: string]

interface Culture {
  weight: number
  first: readonly Name[]
  last: readonly Name[]
}

/** Who deals with a Cyprus brokerage, in the scripts that CRM users type. */
const CULTURES: readonly Culture[] = [
  {
    weight: 30,
    first: names('Andreas Maria Eleni Giorgos Christina Nikos Despina Kyriakos'),
    last: names('Ioannou Georgiou Christodoulou Charalambous Neophytou Stylianou'),
  },
  {
    weight: 15,
    first: names('Ανδρέας=andreas Μαρία=maria Ελένη=eleni Γιώργος=giorgos Σοφία=sofia'),
    last: names('Παπαδοπούλου=papadopoulou Χατζηγεωργίου=hadjigeorgiou Κωνσταντίνου=konstantinou'),
  },
  {
    weight: 20,
    first: names('Анна=anna Дмитрий=dmitry Ольга=olga Сергей=sergey Наталья=natalya'),
    last: names('Соколова=sokolova Морозов=morozov Лебедев=lebedev Белова=belova Ёлкин=yolkin'),
  },
  {
    weight: 8,
    first: names('Айгүл=aigul Ерлан=yerlan Жанар=zhanar Нұрлан=nurlan Әсел=asel'),
    last: names('Ахметов=akhmetov Сейітқали=seitkali Өмірзақова=omirzakova Қасымов=kasymov'),
  },
  {
    weight: 8,
    first: names('Zsófia=zsofia István=istvan Ágnes=agnes Győző=gyozo'),
    last: names('Szűcs=szucs Kővári=kovari Horváth=horvath Balázsi=balazsi'),
  },
  {
    weight: 19,
    first: names('James Sarah Oliver Hannah Liam Chloé=chloe'),
    last: names("O'Brien=obrien Fitzgerald Thornbury D'Souza=dsouza Smith-Jones=smith-jones Müller=mueller"),
  },
]

export function inventPerson(random: Random, domain: 'example.com' | 'example.org'): Person {
  const culture = random.weighted(CULTURES)
  const [first, firstAscii] = random.pick(culture.first)
  const [last, lastAscii] = random.pick(culture.last)
  return { first, last, email: `${firstAscii}.${lastAscii}${random.int(1, 999)}@${domain}` }
}

/** A number of the ranges that Ofcom keeps free for drama. */
export function inventPhone(random: Random): string {
  return random.pick([
    `+44 1632 960${pad(random)}`,
    `+44 20 7946 0${pad(random)}`,
    `00441632960${pad(random)}`,
  ])
}

function pad(random: Random): string {
  return `${random.int(0, 999)}`.padStart(3, '0')
}

/** Reads `Written=ascii` or, where lower case is enough, `Written`. */
function names(list: string): Name[] {
  return list.split(' ').map((entry) => {
    const [written, ascii] = entry.split('=')
    return [written!, ascii ?? written!.toLowerCase()]
  })
}
