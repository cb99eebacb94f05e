import type { Entry, Value } from '../../../yaml.ts'
import { itemsOf, listOf, mappingOf, scalarOf, textOf } from '../../tree.ts'

/**
 * A list of `NAME=value` as a mapping; `absent` stands for the value of a bare name. A list with anything else in it
 * stays as it is.
 */
export const pairsForm =
  (absent: '' | null) =>
  (value: Value): Value => {
    const texts = itemsOf(value).map(textOf)
    if (value.kind !== 'list' || texts.includes(null)) return value
    const entries = value.items.map((item, at): [string, Entry] => {
      const text = texts[at] as string
      const equals = text.indexOf('=')
      const data = equals < 0 ? absent : text.slice(equals + 1)
      const name = equals < 0 ? text : text.slice(0, equals)
      return [name, { keyPlace: item.place, value: { ...scalarOf(data, item.place), tag: item.tag } }]
    })
    return mappingOf(entries, value.place)
  }

/** `host=address` or `host:address` as a mapping of hosts; a host that stands twice has a list of addresses. */
export const hostsForm = (value: Value): Value => {
  const matches = itemsOf(value).map((item) => HOST.exec(textOf(item) ?? ''))
  if (value.kind !== 'list' || matches.includes(null)) return value
  const hosts = new Map<string, Entry>()
  for (const [at, item] of value.items.entries()) {
    const [, host = '', bracketed, bare = ''] = matches[at] as RegExpExecArray
    const address = scalarOf(bracketed ?? bare, item.place)
    const known = hosts.get(host)
    const addresses = known?.value.kind === 'list' ? known.value.items : known && [known.value]
    hosts.set(host, {
      keyPlace: known?.keyPlace ?? item.place,
      value: addresses === undefined ? address : listOf([...addresses, address], item.place),
    })
  }
  return mappingOf(hosts, value.place)
}

const HOST = /^([^=:\s]+)[=:](?:\[([^\]]*)\]|([^[\]]+))$/
