import { NAME_LENGTH_MAX } from '../wire/index.ts'

interface Bearer {
  readonly node: string
  readonly name: string
}

/** `name`, or `name-2` and so on where a node other than `node` bears it. */
export const freeName = (name: string, node: string, nodes: ReadonlyMap<string, Bearer>): string => {
  const taken = new Set([...nodes.values()].filter((known) => known.node !== node).map((known) => known.name))
  for (let count = 1; ; count++) {
    const suffix = count === 1 ? '' : `-${count}`
    const free = name.slice(0, NAME_LENGTH_MAX - suffix.length) + suffix
    if (!taken.has(free)) return free
  }
}
