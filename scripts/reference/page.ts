import { readFileSync } from 'node:fs'
import { errorCatalogue } from '../../functions/_shared/http/catalogue.ts'
import { lookupRows } from '../../functions/_shared/odata/model/metadata-resources.ts'
import { type Document, operationsOf, readDocument } from './document.ts'
import { fieldList } from './fields.ts'
import { Html, markup } from './html.ts'
import { operationSection } from './operation.ts'

/** Where a hosted hub is; the page cannot know the project. */
const root = 'https://PROJECT.supabase.co/functions/v1'

const part = (file: string) => new Html(readFileSync(new URL(file, import.meta.url), 'utf8').trim())

/** The API reference: one page that needs nothing else, made from the OpenAPI document. */
export function renderPage(): string {
  const gold = readDocument(root, 'gold')
  const dd2 = readDocument(root, 'dd2')
  const tags = gold.tags.map(({ name }) => name)
  const resources = tags.filter((name) => name in gold.components.schemas)
  const doors = tags.filter((name) => name !== 'Access' && !resources.includes(name))
  return markup`<!doctype html>
<html lang="en">
<!-- Made from the dictionary by \`npm run reference\`. -->
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<title>${gold.info.title}: API reference</title>
<style>
${part('page.css')}
</style>
</head>
<body>
${navigation(gold, resources, doors)}
<main>
<header>
<h1>${gold.info.title} <small>API reference</small></h1>
<p>A RESO Web API over OData 4.01. A client sees the records of its offices, and sensitive resources and fields only where it was granted them. The address of the functions, <code>$F</code> in the examples, is <code>${root}</code>, or <code>http://127.0.0.1:8000/functions/v1</code> for a local stack.</p>
<p>Types are those of profile <em>gold</em>; where profile <em>dd2</em>, which follows RESO Data Dictionary 2.0, has another type or a length, it is marked. The same for machines: <code>GET /admin/openapi.json</code>, <code>GET /odata/$metadata</code>.</p>
</header>
${accessSection(gold)}
${resources.map((name) => resourceSection(gold, dd2, name))}
${doors.map((name) => doorSection(gold, name))}
${lookupSection(gold)}
${errorSection(gold)}
</main>
<script>
${part('page.js')}
</script>
</body>
</html>
`.text
}

function navigation(document: Document, resources: string[], doors: string[]): Html {
  const operations = (tag: string) =>
    operationsOf(document, tag).map(({ operation: { operationId } }) =>
      markup`<li><a href="#${operationId}">${operationId}</a></li>`
    )
  const entries = resources.map((name) =>
    markup`
<li><a href="#${name}">${name}</a><ul>${
      operations(name)
    }<li><a href="#${name}.fields">fields</a></li></ul></li>`
  )
  const beside = doors.map((name) =>
    markup`
<li><a href="#${name}">${name}</a><ul>${operations(name)}</ul></li>`
  )
  return markup`
<nav aria-label="Contents">
<details open>
<summary>Contents</summary>
<input type="search" placeholder="Find a field" aria-label="Find a field" hidden>
<ul class="found" hidden></ul>
<ul class="index">
<li><a href="#Access">Access</a><ul>${operations('Access')}</ul></li>${entries}${beside}
<li><a href="#Lookups">Lookups</a></li>
<li><a href="#Errors">Errors</a></li>
</ul>
</details>
</nav>`
}

function accessSection(document: Document): Html {
  return markup`
<section id="Access">
<h2><a href="#Access">Access</a></h2>
<p>Every request carries a token: <code>Authorization: Bearer …</code>. It lasts an hour. <code>RateLimit</code> in each answer says what is left of the quota; a 429 says in <code>Retry-After</code> how many seconds to wait.</p>
${operationsOf(document, 'Access').map((one) => operationSection(document, one))}
</section>`
}

function resourceSection(gold: Document, dd2: Document, name: string): Html {
  const schema = gold.components.schemas[name]!
  const { description } = gold.tags.find((tag) => tag.name === name)!
  return markup`
<section id="${name}">
<h2><a href="#${name}">${name}</a></h2>
<p>${description}</p>
${operationsOf(gold, name).map((one) => operationSection(gold, one))}
<section id="${name}.fields">
<h3><a href="#${name}.fields">Fields of ${name}</a> <small>${
    Object.keys(schema.properties!).length
  }</small></h3>
${fieldList(name, schema, dd2.components.schemas[name]!)}
</section>
</section>`
}

/** What stands beside the RESO Web API: bodies and answers are told in words. */
function doorSection(document: Document, name: string): Html {
  const { description } = document.tags.find((tag) => tag.name === name)!
  return markup`
<section id="${name}">
<h2><a href="#${name}">${name}</a></h2>
<p>${description}</p>
${operationsOf(document, name).map((one) => operationSection(document, one))}
</section>`
}

function lookupSection({ components }: Document): Html {
  const rows = lookupRows()
  const used = Object.values(components.schemas).flatMap(({ properties = {} }) =>
    Object.values(properties).flatMap((schema) => schema['x-lookup'] ?? [])
  )
  const lookups = [...new Set(used)].sort().map((name) => {
    const values = rows.filter(({ LookupName }) => LookupName === name)
    return markup`
<details id="Lookup.${name}"><summary><code>${name}</code> <small>${
      values.length || 'local values only'
    }</small></summary>
<ul class="values">${values.map(({ LookupValue }) => markup`<li>${LookupValue}</li>`)}</ul></details>`
  })
  return markup`
<section id="Lookups">
<h2><a href="#Lookups">Lookups</a></h2>
<p>The values of RESO Data Dictionary 2.0. Lookups are open: a record may hold a value of its source that is not in here, and the resource <a href="#Lookup">Lookup</a> lists those, too.</p>
${lookups}
</section>`
}

function errorSection({ components }: Document): Html {
  const example = components.responses.Error!.content['application/json']!.example
  const codes = Object.entries(errorCatalogue).map(([code, { status, title }]) =>
    markup`
<div id="error.${code}"><dt><code>${code}</code></dt><dd><span class="type">${status}</span> ${title}</dd></div>`
  )
  return markup`
<section id="Errors">
<h2><a href="#Errors">Errors</a></h2>
<p>An error has a <code>code</code> to switch on, a <code>message</code> that says how to mend it, and mostly a <code>target</code>. Each answer carries <code>X-Request-Id</code>, for questions to the operator.</p>
<pre><code>${JSON.stringify(example, null, 2)}</code></pre>
<dl class="errors">${codes}</dl>
</section>`
}
