import type { Document, Operation, Parameter } from './document.ts'
import { type Html, markup } from './html.ts'

/** One operation: method and address, parameters, a request and what it answers. */
export function operationSection(
  document: Document,
  { method, path, operation }: { method: string; path: string; operation: Operation },
): Html {
  const { operationId: id, summary, responses } = operation
  const parameters = (operation.parameters ?? []).map((one) => resolve(document, one))
  return markup`
<section class="operation" id="${id}">
<h3><a href="#${id}"><span class="method">${method}</span> <code>${breakable(path)}</code></a></h3>
<p>${summary}.</p>
${parameters.length > 0 && markup`<dl class="parameters">${parameters.map(parameterRow)}</dl>`}
${operation['x-codeSamples'].map(({ source }) => markup`<pre><code>${source}</code></pre>`)}
${answerInWords(responses)}${Object.entries(responses['200']?.content ?? {}).map(answerExample)}
</section>`
}

/** An answer of which there is no example. */
function answerInWords(responses: Operation['responses']): Html | undefined {
  const [status, answer] = Object.entries(responses).find(([status]) => /^2/.test(status)) ?? []
  const examples = Object.values(answer?.content ?? {}).filter(({ example }) => example !== undefined)
  if (!answer?.description || examples.length > 0) return undefined
  return markup`<p><span class="type">${status!}</span> ${answer.description}</p>`
}

function answerExample([type, { example }]: [string, { example?: unknown }]): Html | undefined {
  if (example === undefined) return undefined
  const text = typeof example === 'object' ? JSON.stringify(example, null, 2) : String(example)
  return markup`<details><summary>200, ${type}</summary><pre><code>${text}</code></pre></details>`
}

function resolve({ components }: Document, one: Parameter | { $ref: string }): Parameter {
  return '$ref' in one ? components.parameters[one.$ref.split('/').at(-1)!]! : one
}

function parameterRow({ name, in: place, required, schema, description, example }: Parameter): Html {
  const type = [schema.type, placeOf(place) ?? (required && 'required')].filter(Boolean)
  const such = example !== undefined && markup` such as <code>${String(example)}</code>`
  return markup`
<div><dt><code>${name}</code></dt><dd><span class="type">${
    type.join(', ')
  }</span> ${description}${such}</dd></div>`
}

/** Where a parameter stands, if not in the query. */
function placeOf(place: string): string | undefined {
  return { path: 'in the path', header: 'header' }[place]
}

/** A long address may break behind a slash or a bracket. */
function breakable(path: string): Html[] {
  return path.split(/(?<=[/(])/).map((part) => markup`${part}<wbr>`)
}
