import { dirname, join, normalize } from 'node:path/posix'
import { type Files, loadCompose, plainDocument, readLoaded } from '../../../cli/compose/index.ts'
import { writeDocument } from '../../../cli/yaml.ts'
import type { Random } from '../../../node/ports/clock.ts'
import { chance, pick } from '../../../node/simulation/random.ts'
import { specProblem } from '../../../protocols/spec/index.ts'
import { changedBytes } from '../frames.ts'
import { integer } from '../schema-values.ts'
import { breach, nothing, type Target } from '../target.ts'
import { bytesOfText, textOfBytes } from '../text-frames.ts'

/** Between the files of one frame: the second is laid over the first, the third is for them to name. */
const BREAK = '\n=====\n'
const BYTES_MAX = 4 * 1024

/** Lines of a service that fit each other. */
const LINES = [
  `hostname: "a:\${TAG:-1}"`,
  'command: echo "$A" \'b c\'',
  'ports: ["80:80", "1-3:4-6/udp", {target: 80, published: 81}]',
  'ports: !reset []',
  'ports: !override ["[::1]:80:80"]',
  `environment: [A=1, B, "C=\${A+x}"]`,
  'environment: {A: !reset null, B: "$$$A"}',
  'profiles: [p]',
  'volumes: ["./x:/x", "v:/v:ro", /w]',
  'labels: {<<: *x, a: b}',
  'labels: *x',
  'healthcheck: {test: exit 1}',
  `deploy: {replicas: "\${N:-2}"}`,
  'extra_hosts: ["a=b", "a:c"]',
  `x-coterie: {process: {command: a b}, exclusive: "\${YES-true}"}`,
]
/** Lines that lead elsewhere, and seldom to what is there. */
const LEADING = [
  `domainname: \${GONE:?must be}`,
  'env_file: third',
  'env_file: [{path: gone, required: false}, {path: third, format: raw}]',
  'extends: b',
  'extends: {file: third, service: a}',
  'extends: {file: first, service: b}',
  'depends_on: [b, c]',
  'depends_on: {a: {condition: service_healthy}, c: {required: false}}',
]
const TOPS = [
  'include: [third]',
  'include: [{path: [third, first], project_directory: d, env_file: third}]',
  'include: ["https://example.org/x"]',
  `name: \${NAME:-shop}`,
  'x-y: &y {a: [1, 2], b: {c: d}}',
  'volumes: {v: {}}',
]
const VARIABLES = [
  'A=1\nB="two\nlines" # c\n',
  `C='$A'\nD=\${A:-\${B}}\nE\n`,
  'export F: g\n"',
  'A=$A$A\n'.repeat(30),
]

/** Some lines, a key once. */
const several = (random: Random, lines: readonly string[], most: number): readonly string[] => {
  const picked = Array.from({ length: integer(random, most) }, () =>
    pick(random, lines === LINES && chance(random, 0.05) ? LEADING : lines),
  )
  return [...new Map(picked.map((line) => [line.split(':')[0], line])).values()]
}

const file = (random: Random): string => {
  if (chance(random, 0.03)) return pick(random, VARIABLES)
  const services = ['a', 'b', 'c']
    .slice(0, 1 + integer(random, 2))
    .map((name) =>
      [`  ${name}:`, ...['image: i', ...several(random, LINES, 4)].map((line) => `    ${line}`)].join('\n'),
    )
  return [
    'x-x: &x {l: m}',
    ...several(random, TOPS, chance(random, 0.3) ? 2 : 0),
    'services:',
    ...services,
    '',
  ].join('\n')
}

const make = (random: Random): Uint8Array => {
  const frame = () => bytesOfText([file(random), file(random), file(random)].join(BREAK))
  return (chance(random, 0.5) ? frame() : changedBytes(random, frame(), frame)).subarray(0, BYTES_MAX)
}

const filesOf = (frame: Uint8Array): Files => {
  const [first = '', second = '', third = ''] = textOfBytes(frame).split(BREAK)
  const texts = new Map([
    ['first', first],
    ['second', second],
    ['third', third],
    ['.env', VARIABLES[0] as string],
  ])
  return {
    exists: (path) => texts.has(path),
    read: (path) => {
      const text = texts.get(path)
      return text === undefined ? { text: null, missing: true, detail: 'there is none' } : { text }
    },
    resolve: (folder, path) => (path.startsWith('/') ? normalize(path) : join(folder, path)),
    folderOf: dirname,
    absolute: (folder) => join('/shop', folder),
  }
}

const REQUEST = {
  files: ['first', 'second'],
  projectDirectory: null,
  projectName: null,
  profiles: ['p'],
  envFiles: [],
  environment: { TAG: '$A', N: '1' },
}

/** Several files and their variables as one document, which is the same once it is shown and read again. */
export const composeFilesTarget: Target = {
  name: 'compose-files',
  codes: [
    'composeInvalid',
    'composeVariableMissing',
    'composeCycle',
    'composeFileMissing',
    'composeRemote',
    'composeProfileInactive',
    'composeTooLarge',
    'composeVariablesInvalid',
  ],
  open: () => ({
    make,
    take: (frame) => {
      const loaded = loadCompose(REQUEST, filesOf(frame))
      const shown = writeDocument(plainDocument(loaded.document))
      const request = { ...REQUEST, files: ['first'], environment: {} }
      const again = loadCompose(request, filesOf(bytesOfText(shown)))
      if (writeDocument(plainDocument(again.document)) !== shown)
        breach(`it is another file once it is shown: ${shown}`)
      for (const spec of readLoaded(loaded).services) {
        const problem = specProblem(spec)
        if (problem !== null) breach(`it made a spec whose ${problem.path} ${problem.detail}`)
      }
    },
    fingerprint: nothing,
  }),
}
