import assert from 'node:assert/strict'
import { loaded, refusal, servicesOf } from './on-paper.ts'

const DB = `services: {db: {image: "db:\${TAG:-1}", volumes: ["./data:/data"]}}\nvolumes: {data: }\n`

describe('compose: include', () => {
  it('copies what other files have, whose paths and defaults of variables are their own', () => {
    const document = loaded({
      'compose.yaml': `include: [../db/compose.yaml]\nservices: {web: {image: "web:\${TAG:-0}", depends_on: [db]}}\n`,
      '../db/compose.yaml': DB,
      '../db/.env': 'TAG=2',
    })
    assert.deepEqual(document, {
      name: 'shop',
      services: {
        db: { image: 'db:2', volumes: [{ type: 'bind', source: '../db/data', target: '/data' }] },
        web: { image: 'web:0', depends_on: { db: { condition: 'service_started' } } },
      },
      volumes: { data: null },
    })
  })

  it('lets the environment of the project count more than the defaults of the included', () => {
    const files = {
      'compose.yaml': 'include: [db/c.yaml]',
      'db/c.yaml': DB,
      'db/.env': 'TAG=2',
      '.env': 'TAG=3',
    }
    assert.equal(servicesOf(files).db && (servicesOf(files).db as { image: string }).image, 'db:3')
  })

  it('takes several files as one, with a project directory and env files', () => {
    const services = servicesOf({
      'compose.yaml':
        'include:\n  - path: [db/c.yaml, over.yaml]\n    project_directory: .\n    env_file: [a.env, b.env]\n',
      'db/c.yaml': DB,
      'over.yaml': 'services: {db: {hostname: $NAME, labels: {tag: $TAG}}}',
      'a.env': 'TAG=4\nNAME=a',
      'b.env': 'NAME=b',
    })
    assert.deepEqual(services.db, {
      image: 'db:4',
      volumes: [{ type: 'bind', source: './data', target: '/data' }],
      hostname: 'b',
      labels: { tag: '4' },
    })
  })

  it('may be laid over by the files after it', () => {
    const files = {
      'a.yaml': 'include: [db.yaml]',
      'b.yaml': 'services: {db: {image: other}}',
      'db.yaml': 'services: {db: {image: db, user: me}}',
    }
    assert.deepEqual(servicesOf(files, { files: ['a.yaml', 'b.yaml'] }), {
      db: { image: 'other', user: 'me' },
    })
  })

  it('may meet the same file twice', () => {
    const files = {
      'compose.yaml': 'include: [a.yaml, b.yaml]',
      'a.yaml': 'include: [db.yaml]',
      'b.yaml': 'include: [db.yaml]\nservices: {b: {image: b}}',
      'db.yaml': 'services: {db: {image: db}}',
    }
    assert.deepEqual(servicesOf(files), { db: { image: 'db' }, b: { image: 'b' } })
  })

  for (const [what, files, code, message] of [
    [
      'a name that the file has itself',
      {
        'compose.yaml': 'include: [db.yaml]\nservices:\n  db: {image: mine}\n',
        'db.yaml': 'services: {db: {image: db}}',
      },
      'composeInvalid',
      'compose.yaml:3:3: services.db: it is also in the included db.yaml:1:12; change it in a file of its own, given after this one by -f or named in path: of the include',
    ],
    [
      'itself',
      {
        'compose.yaml': 'include:\n  - a.yaml\n',
        'a.yaml': 'include: [{path: b.yaml}]',
        'b.yaml': 'include: [a.yaml]',
      },
      'composeCycle',
      'b.yaml:1:11: include[0]: it includes itself: a.yaml -> b.yaml -> a.yaml',
    ],
    [
      'a missing file',
      { 'compose.yaml': 'include: [gone.yaml]' },
      'composeFileMissing',
      'compose.yaml:1:11: include[0]: gone.yaml cannot be read: there is none',
    ],
    [
      'a missing file of variables',
      { 'compose.yaml': 'include: [{path: a.yaml, env_file: gone.env}]', 'a.yaml': '' },
      'composeFileMissing',
      'compose.yaml:1:11: include[0]: gone.env cannot be read: there is none',
    ],
    ...[
      'https://example.org/c.yaml',
      'oci://example.org/c',
      'file:///etc/c.yaml',
      'git@example.org:c.git',
    ].map(
      (url) =>
        [
          url,
          { 'compose.yaml': `include: ["${url}"]` },
          'composeRemote',
          `compose.yaml:1:11: include[0]: ${url} is no path, and nothing is fetched`,
        ] as const,
    ),
    [
      'a text',
      { 'compose.yaml': 'include: a.yaml' },
      'composeInvalid',
      'compose.yaml:1:10: include: a list of files is expected',
    ],
    [
      'no path',
      { 'compose.yaml': 'include: [{project_directory: .}]' },
      'composeInvalid',
      'compose.yaml:1:11: include[0]: the path of a file is expected, or path: with its details',
    ],
  ] as const)
    it(`refuses ${what}`, () => assert.deepEqual(refusal(files), { code, message }))

  it('is bounded in the files that it opens', () => {
    const layers = Array.from({ length: 8 }, (_, at) => [
      `${at}.yaml`,
      `include: [${at + 1}.yaml, ./${at + 1}.yaml]`,
    ])
    const files = { 'compose.yaml': 'include: [0.yaml]', ...Object.fromEntries(layers), '8.yaml': '' }
    assert.equal(refusal(files).code, 'composeTooLarge')
  })
})
