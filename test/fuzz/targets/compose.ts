import { parseCompose } from '../../../cli/compose/index.ts'
import type { Random } from '../../../node/ports/clock.ts'
import { chance, pick } from '../../../node/simulation/random.ts'
import { specProblem } from '../../../protocols/spec/index.ts'
import { changedBytes } from '../frames.ts'
import { HOSTILE_TEXTS } from '../hostile-values.ts'
import { mutateTree } from '../mutate-tree.ts'
import { integer } from '../schema-values.ts'
import { breach, nothing, type Target } from '../target.ts'
import { bytesOfText, jsonOf, textOfBytes } from '../text-frames.ts'
import { type Tree, treeOf } from '../tree.ts'

/** A file of a person is far smaller; a larger one takes the library long, and only that person waits. */
const BYTES_MAX = 4 * 1024

/** Pieces of YAML with a meaning of their own, put between the lines of others. */
const SNIPPETS = [
  'x-a: &a {image: nginx}\nservices: {web: *a}\n',
  'x-a: &a\n  b: &b\n    image: i\n    <<: *a\nservices:\n  web:\n    <<: *b\n',
  'a: &a [x]\nb: &b [*a,*a,*a]\nc: &c [*b,*b,*b]\nservices: {web: {image: i, command: *c}}\n',
  'x: &x {<<: [*y, *y]}\n',
  'services:\n  web:\n    image: nginx\n    ports: ["8080:80", "53:53/udp"]\n    environment:\n      __proto__: a\n      A: b\n',
  '<<: {services: {web: {image: a}}}\n',
  '? [a, b]\n: c\n',
  '!!binary aGk=\n',
  '!!set {a, b}\n',
  '!!timestamp 2001-12-14\n',
  '&a *a\n',
  '- &a\n- *a\n',
  '%YAML 1.1\n---\n',
  '...\n---\n',
  '"\\uD800"\n',
  '\t- tab\n',
  '|2-\n  text\n',
  '{a: {a: {a: {a: {a: {a: {a: {}}}}}}}}\n',
]

/** Mostly what a person would write. */
const service = (random: Random) => ({
  image: chance(random, 0.9) ? 'web:1' : pick(random, HOSTILE_TEXTS),
  command: pick(random, ['serve "a b" c', ['a', 'b'], null]),
  environment: pick(random, [{ A: '1', B: 2, C: true }, ['A=1', 'B=x=y'], null]),
  ports: pick(random, [['80', '8080:80', 443], [{ target: 80, published: '8080', protocol: 'udp' }], null]),
  deploy: { replicas: integer(random, 3) },
  restart: pick(random, ['no', 'always', false, 'unless-stopped']),
})

const file = (random: Random): Tree =>
  treeOf({
    name: 'shop',
    services: { web: service(random), ...(chance(random, 0.3) && { db: service(random) }) },
    ...(chance(random, 0.3) && { 'x-a': { a: 1 } }),
  })

/** YAML holds JSON, so a tree is written as that; what only YAML can say comes from the pieces. */
const makeFile = (random: Random): Uint8Array => {
  const text = () => bytesOfText(chance(random, 0.5) ? jsonOf(file(random)) : pick(random, SNIPPETS))
  const ratio = random()
  if (ratio < 0.1) return text()
  if (ratio < 0.12)
    return bytesOfText(
      pick(random, ['[', '{a: ', '- ', '? ', '&a ', '!a ']).repeat(pick(random, [10, 100, 300])),
    )
  if (ratio > 0.5) return changedBytes(random, text(), text).subarray(0, BYTES_MAX)
  const root = [file(random)]
  for (let change = integer(random, 2); change >= 0; change--)
    mutateTree(random, root, () => file(random), [63, 256, 1_000])
  return bytesOfText(jsonOf(root[0])).subarray(0, BYTES_MAX)
}

export const composeTarget: Target = {
  name: 'compose',
  codes: ['composeInvalid'],
  open: () => ({
    make: makeFile,
    take: (frame) => {
      for (const spec of parseCompose(textOfBytes(frame), 'compose.yaml', 'shop').services) {
        const problem = specProblem(spec)
        if (problem !== null) breach(`it made a spec whose ${problem.path} ${problem.detail}`)
      }
    },
    fingerprint: nothing,
  }),
}
