import assert from 'node:assert/strict'
import { load, loaded, refusal, warningsOf } from './on-paper.ts'

const image = (name: string) => `services: {web: {image: ${name}}}`

describe('compose: which files are meant', () => {
  it('are the first of the usual names, and of the overriding ones', () => {
    assert.equal(
      loaded({ 'compose.yml': image('a'), 'docker-compose.yml': image('b') }).services?.web?.image,
      'a',
    )
    const over = { 'compose.yaml': image('a'), 'compose.override.yaml': image('b') }
    assert.equal(loaded(over).services?.web?.image, 'b')
    assert.equal(loaded(over, { files: ['compose.yaml'] }).services?.web?.image, 'a')
    assert.equal(
      loaded({ 'docker-compose.yml': image('a'), 'docker-compose.override.yml': image('c') }).services?.web
        ?.image,
      'c',
    )
    assert.equal(
      refusal({}).message,
      'there is no compose.yaml, compose.yml, docker-compose.yaml, docker-compose.yml in /home/me/shop',
    )
  })

  it('may be named by a variable, also in .env', () => {
    const files = { 'a.yaml': image('a'), 'b.yaml': image('b'), '.env': 'COMPOSE_FILE=a.yaml:b.yaml' }
    assert.equal(loaded(files).services?.web?.image, 'b')
    assert.equal(loaded(files, { environment: { COMPOSE_FILE: 'a.yaml' } }).services?.web?.image, 'a')
    assert.equal(loaded(files, { files: ['a.yaml'] }).services?.web?.image, 'a')
  })

  it('have their variables from the .env of the project, from files that are named instead, and before all from outside', () => {
    const files = {
      'd/compose.yaml': image('"$A-$B-$C"'),
      'd/.env': 'A=1\nB=1\nC=1',
      'x.env': 'B=2\nC=2',
      'y.env': 'C=$B$B',
    }
    const imageOf = (request: object) =>
      loaded(files, { files: ['d/compose.yaml'], ...request }).services?.web?.image
    assert.equal(imageOf({}), '1-1-1')
    assert.equal(imageOf({ environment: { A: '0' } }), '0-1-1')
    assert.equal(imageOf({ envFiles: ['x.env', 'y.env'], environment: { A: '0' } }), '0-2-22')
    assert.equal(
      refusal(files, { files: ['d/compose.yaml'], envFiles: ['gone.env'] }).code,
      'composeUnreadable',
    )
  })

  it('name the project: by the command, a variable, the last name of the files, or the folder', () => {
    const files = {
      'a.yaml': `name: one\n${image('a')}`,
      'b.yaml': `name: "\${X:-two}"`,
      'My Dir/c.yaml': image('c'),
    }
    const named = (request: object) => load(files, request).project
    assert.equal(named({ files: ['a.yaml', 'b.yaml'] }), 'two')
    assert.equal(named({ files: ['a.yaml', 'b.yaml'], environment: { X: 'x' } }), 'x')
    assert.equal(named({ files: ['a.yaml'], environment: { COMPOSE_PROJECT_NAME: 'env' } }), 'env')
    assert.equal(
      named({ files: ['a.yaml'], projectName: 'said', environment: { COMPOSE_PROJECT_NAME: 'env' } }),
      'said',
    )
    assert.equal(named({ files: ['My Dir/c.yaml'] }), 'my-dir')
    assert.equal(named({ files: ['My Dir/c.yaml'], projectDirectory: '/srv/till' }), 'till')
    assert.match(
      refusal(files, { files: ['a.yaml'], projectName: 'A_b' }).message,
      /^--project-name is A_b: lower case/,
    )
    assert.match(
      refusal({ 'compose.yaml': 'name: A_b' }).message,
      /^compose\.yaml:1:7: name: lower case letters/,
    )
  })

  it('begin their paths at the project directory, all of them', () => {
    const files = {
      'd/compose.yaml': 'services: {web: {volumes: ["./a:/a"], env_file: a.env}}',
      'e/over.yaml': 'services: {web: {volumes: ["./b:/b"]}}',
      'd/a.env': 'A=1',
      'p/a.env': 'A=2',
    }
    const web = (request: object) =>
      loaded(files, { files: ['d/compose.yaml', 'e/over.yaml'], ...request }).services?.web
    assert.deepEqual(web({}), {
      volumes: [
        { type: 'bind', source: './d/a', target: '/a' },
        { type: 'bind', source: './d/b', target: '/b' },
      ],
      environment: { A: '1' },
    })
    assert.deepEqual(web({ projectDirectory: 'p' })?.environment, { A: '2' })
  })
})

describe('compose: YAML', () => {
  it('may share fragments by anchors, aliases and merge keys', () => {
    const document = loaded({
      'compose.yaml': `
x-common: &common
  restart: always
  environment: &env {A: 1, B: 1}
x-more: &more {user: me, restart: "no"}
services:
  web: {<<: [*common, *more], image: web, environment: {<<: *env, B: 2}}
`,
    })
    assert.deepEqual(document.services?.web, {
      image: 'web',
      environment: { B: 2, A: 1 },
      restart: 'always',
      user: 'me',
    })
  })

  for (const [what, text, message] of [
    [
      'an alias inside of what it names',
      'services: &a {web: *a}',
      'compose.yaml:1:20: *a stands inside of what it names',
    ],
    ['an alias before its anchor', 'a: *b\nc: &b 1', 'compose.yaml:1:4: *b has no anchor &b before it'],
    ['a merge key of no mapping', 'a: &a 1\nb: {<<: *a}', 'compose.yaml:2:9: a mapping is expected after <<'],
    [
      'what is nested too deep',
      `a: ${'['.repeat(100)}${']'.repeat(100)}`,
      'compose.yaml:1:68: it is nested deeper than 64',
    ],
    ['what no library can read', '['.repeat(100_000), 'compose.yaml:1:1: it is nested deeper than 64'],
  ] as const)
    it(`refuses ${what}`, () => assert.equal(refusal({ 'compose.yaml': text }).message, message))

  it('refuses a bomb of aliases', () => {
    const rows = [...'bcdefg'].map((key, at) => `${key}: &${key} [${Array(10).fill(`*${'abcdef'[at]}`)}]`)
    const bomb = `a: &a [x,x,x,x,x,x,x,x,x,x]\n${rows.join('\n')}\n`
    assert.match(
      refusal({ 'compose.yaml': bomb }).message,
      /^compose\.yaml:\d+:\d+: it unfolds to more than 100000 values$/,
    )
    const merges = [...'bcdefgh'].map(
      (key, at) => `${key}: &${key} {<<: [${Array(100).fill(`*${'abcdefg'[at]}`)}]}`,
    )
    assert.doesNotThrow(() => load({ 'compose.yaml': `a: &a {x: 1}\n${merges.join('\n')}\n` }))
  })

  it('may use one anchor very often', () => {
    const services = Array.from({ length: 300 }, (_, at) => `  s${at}: *all`)
    const document = loaded({ 'compose.yaml': `x-all: &all {image: a}\nservices:\n${services.join('\n')}\n` })
    assert.equal(Object.keys(document.services ?? {}).length, 300)
  })

  it('is warned of where a tag is unknown', () => {
    assert.deepEqual(warningsOf({ 'compose.yaml': 'services: {web: {image: !secret a}}' }), [
      'compose.yaml:1:33: services.web.image the tag !secret is not known and was left out',
    ])
  })
})
