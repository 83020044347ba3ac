/** UPDATE and DELETE statements of an SQL text, quoted ones included, that have no WHERE of their own. */
export function withoutCondition(sql: string): string[] {
  const text = sql.replace(/--.*$/gm, '').replace(/\/\*[\s\S]*?\*\//g, '')
  const start =
    /\b(?:delete\s+from\s+(?:only\s+)?[\w.%$"]+|update\s+(?:only\s+)?(?!set\b)[\w.%$"]+(?:\s+(?:as\s+)?(?!set\b)\w+)?\s+set\b)/gi
  return [...text.matchAll(start)]
    .map((match) => statementFrom(text.slice(match.index)))
    .filter((statement) => !/\bwhere\b/i.test(outsideParentheses(statement)))
    .map((statement) => statement.replace(/\s+/g, ' ').trim())
}

/** Up to the semicolon, or to the parenthesis that encloses it. */
function statementFrom(text: string): string {
  let depth = 0
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '(') depth++
    if (text[at] === ')' && --depth < 0) return text.slice(0, at)
    if (text[at] === ';' && depth === 0) return text.slice(0, at)
  }
  return text
}

function outsideParentheses(text: string): string {
  let depth = 0
  return [...text].filter((sign) => {
    if (sign === '(') depth++
    if (sign === ')') depth--
    return depth === 0
  }).join('')
}
