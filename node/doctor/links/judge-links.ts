import type { Verdict } from '../verdict.ts'
import { good } from '../verdict.ts'
import { type Link, namesOf } from './link.ts'

/** A verdict about one connection or several of one node. */
export interface LinkVerdict extends Verdict {
  readonly about: string
}

const aboutOf = (links: readonly Link[]): string =>
  `${links[0]?.from.name} to ${namesOf(links.map(({ to }) => to.name))}`

/**
 * What `judge` says of each connection, null where all is well: those that are well in one line, which `tell` writes, and others of
 * which the same is said in one line too. `links` are those of one node.
 */
export const judgeLinks = (
  links: readonly Link[],
  judge: (link: Link) => Verdict | null,
  tell: (links: readonly Link[]) => string,
): LinkVerdict[] => {
  const groups = new Map<string, { readonly verdict: Verdict; readonly links: Link[] }>()
  const well: Link[] = []
  for (const link of links) {
    const verdict = judge(link)
    if (verdict === null) {
      well.push(link)
      continue
    }
    const key = JSON.stringify(verdict)
    const group = groups.get(key) ?? { verdict, links: [] }
    group.links.push(link)
    groups.set(key, group)
  }
  const others = [...groups.values()].map((group) => ({ ...group.verdict, about: aboutOf(group.links) }))
  return well.length === 0 ? others : [{ ...good(tell(well)), about: aboutOf(well) }, ...others]
}
