import type { Mapping, Value } from '../yaml.ts'

/**
 * A loaded document as plain data, to be written as YAML or JSON. A dollar sign is written twice, and a number in
 * another form than the usual one as text, so that loading what was written gives the same document.
 */
export const plainDocument = (document: Mapping): unknown => plain(document)

const plain = (value: Value): unknown => {
  if (value.kind === 'mapping')
    return Object.fromEntries([...value.entries].map(([key, entry]) => [key, plain(entry.value)]))
  if (value.kind === 'list') return value.items.map(plain)
  const { data, text } = value
  if (typeof data === 'number' && String(data) !== text) return text
  return typeof data === 'string' ? data.replaceAll('$', '$$$$') : data
}
