import { XMLParser, XMLValidator } from 'fast-xml-parser'

/**
 * A schema of a feed as we write it from a portal's specification: elements in their order, what each may hold, which
 * are needed and which may come more than once. It knows nothing of our renderers.
 */
export type Rule = [
  name: string,
  holds: RegExp | Rule[],
  options?: { needed?: true; many?: true; upTo?: number },
]

/** An element with its children in order. */
interface Element {
  name: string
  attributes: Record<string, string>
  children: Element[]
  text: string
}

/** Reads a document; undefined and a fault where it is none. */
export function readXml(xml: string): { root?: Element; faults: string[] } {
  const wellFormed = XMLValidator.validate(xml)
  if (wellFormed !== true) {
    return { faults: [`not well formed: ${wellFormed.err.msg} in line ${wellFormed.err.line}`] }
  }
  // deno-lint-ignore no-control-regex
  if (/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/.test(xml)) {
    return { faults: ['a character that XML forbids'] }
  }
  if (/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/.test(xml)) {
    return { faults: ['half a character'] }
  }
  if (!/^<\?xml version="1.0" encoding="utf-8" ?\?>/i.test(xml)) return { faults: ['no declaration'] }
  const parser = new XMLParser({
    preserveOrder: true,
    parseTagValue: false,
    parseAttributeValue: false,
    ignoreAttributes: false,
    attributeNamePrefix: '',
    trimValues: true,
  })
  const [root] = elementsOf(parser.parse(xml)).filter(({ name }) => !name.startsWith('?'))
  return root ? { root, faults: [] } : { faults: ['empty'] }
}

/** What the children of an element do that its rules forbid. */
export function faultsOf(element: Element, rules: Rule[], path = element.name): string[] {
  const faults: string[] = []
  const names = rules.map(([name]) => name)
  let at = 0
  for (const { name } of element.children) {
    const place = names.indexOf(name)
    if (place < 0) faults.push(`${path}: ${name} is unknown`)
    else if (place < at) faults.push(`${path}: ${name} is out of order`)
    else at = place
  }
  for (const [name, holds, { needed, many, upTo = Infinity } = {}] of rules) {
    const found = element.children.filter((child) => child.name === name)
    if (needed && found.length === 0) faults.push(`${path}: ${name} is missing`)
    if (!many && found.length > 1) faults.push(`${path}: ${name} occurs ${found.length} times`)
    if (found.length > upTo) faults.push(`${path}: ${name} occurs more than ${upTo} times`)
    for (const child of found) {
      if (Array.isArray(holds)) {
        if (child.text !== '') faults.push(`${path}/${name}: holds a text`)
        if (child.children.length === 0) faults.push(`${path}/${name}: is empty`)
        faults.push(...faultsOf(child, holds, `${path}/${name}`))
      } else {
        if (child.children.length > 0) faults.push(`${path}/${name}: holds elements`)
        if (!holds.test(child.text)) faults.push(`${path}/${name}: may not be ${JSON.stringify(child.text)}`)
      }
    }
  }
  return faults
}

/** The text at a path below an element, such as `price/value`. */
export function textAt(element: Element, path: string): string | undefined {
  let at: Element | undefined = element
  for (const name of path.split('/')) at = at?.children.find((child) => child.name === name)
  return at?.text
}

/** All elements of a name below an element. */
export function childrenOf(element: Element, name: string): Element[] {
  return element.children.filter((child) => child.name === name)
}

export type { Element }

type Node = Record<string, unknown>

function elementsOf(nodes: Node[]): Element[] {
  return nodes.flatMap((node) => {
    const name = Object.keys(node).find((key) => key !== ':@')!
    if (name === '#text') return []
    const children = node[name] as Node[]
    return [{
      name,
      attributes: (node[':@'] ?? {}) as Record<string, string>,
      children: elementsOf(children),
      text: children.filter((child) => '#text' in child).map((child) => String(child['#text'])).join('')
        .trim(),
    }]
  })
}
