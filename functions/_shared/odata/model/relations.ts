/** Navigation properties between resources: the links that the dictionary describes, and the ways back. */
import { derivedResources, resources } from '../../reso/dictionary.ts'
import type { Link, Resource } from '../../reso/types.ts'

export interface Relation {
  name: string
  target: string
  /** Field here and field there that must be equal. */
  from: string
  to: string
  isCollection: boolean
}

const there = ({ name, target, from, to }: Link): Relation => ({
  name,
  target,
  from,
  to,
  isCollection: false,
})

const back = (name: string, target: string, { from, to }: Link): Relation => ({
  name,
  target,
  from: to,
  to: from,
  isCollection: true,
})

export function relations({ name, links = [] }: Resource): readonly Relation[] {
  const ways = [...resources, ...derivedResources].flatMap((resource) =>
    (resource.links ?? []).flatMap((link) =>
      link.target === name && link.back ? back(link.back, resource.name, link) : []
    )
  )
  return [...links.map(there), ...ways]
}
