/** Published ports that something else holds here. */
import { good, type Verdict, warning } from '../verdict.ts'

export type PublishedFacts = readonly {
  readonly object: string
  readonly published: number
  readonly protocol: string
  /** Null where it is answered here. */
  readonly problem: string | null
}[]

export const judgePublished = (ports: PublishedFacts): Verdict[] => {
  const troubles = ports.flatMap(({ object, published, protocol, problem }) =>
    problem === null
      ? []
      : warning(
          `the published port ${published}/${protocol} of ${object.replace(/^service\//, '')} is not answered here: ${problem}`,
          'Free that port, or publish another one; it is tried again by itself',
        ),
  )
  if (troubles.length > 0 || ports.length === 0) return troubles
  return [good(`answered: ${ports.map(({ published, protocol }) => `${published}/${protocol}`).join(', ')}`)]
}
