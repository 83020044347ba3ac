import { csdlJson } from '../_shared/odata/model/csdl-json.ts'
import { csdlXml } from '../_shared/odata/model/csdl-xml.ts'
import type { Call } from './call.ts'
import { compressed } from '../_shared/http/compress.ts'
import { accepts, negotiateFormat } from './negotiate.ts'

/**
 * The model as this client sees it. XML wherever it is acceptable, JSON for who accepts nothing else: many HTTP
 * libraries send `Accept: application/json` and anything else by themselves, and their users expect the XML.
 */
export function metadata(call: Call): Response {
  const { request, options, model, version, client: { edits } } = call
  const isXml = accepts(request.headers, options.format, 'xml')
  if (!isXml) negotiateFormat(request.headers, options.format, ['xml', 'json'])
  const text = isXml ? csdlXml(model, version, edits) : JSON.stringify(csdlJson(model, version, edits))
  const type = isXml ? 'application/xml' : 'application/json'
  const response = new Response(text, { headers: { 'Content-Type': `${type};charset=utf-8` } })
  return compressed(request, response, text.length)
}
