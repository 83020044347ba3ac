import { csdlXml } from '../_shared/reso/metadata-xml.ts'
import type { Call } from './answer.ts'
import { compressed } from './compress.ts'
import { negotiateFormat } from './negotiate.ts'

/** The model as this client sees it. XML unless JSON is asked for by $format or preferred by Accept. */
export function metadata(call: Call): Response {
  const { request, options, model, version } = call
  negotiateFormat(request.headers, options.format, ['xml'])
  const text = csdlXml(model, version)
  const response = new Response(text, {
    headers: { 'Content-Type': 'application/xml;charset=utf-8' },
  })
  return compressed(request, response, text.length)
}
