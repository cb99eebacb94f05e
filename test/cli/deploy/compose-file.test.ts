import assert from 'node:assert/strict'
import { mkdir, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Fixture, startControl } from '../../node/control/fixture.ts'
import { coterie } from '../coterie.ts'

describe('cli: the Compose file of deploy', () => {
  let fixture: Fixture
  let folder: string
  before(async () => {
    fixture = await startControl()
    folder = join(fixture.dir, 'My Shop')
    await mkdir(folder)
  })
  after(() => fixture.stop())

  const deploy = (...more: string[]) =>
    coterie(['deploy', '--plan', '--socket', fixture.socketPath, ...more], {}, [], folder)
  const refused = async (line: RegExp, ...more: string[]) => {
    const { code, stdout, stderr } = await deploy(...more)
    assert.deepEqual([code, stdout], [1, ''])
    assert.match(stderr, line)
    assert.match(stderr, /^coterie: [^\n]*\.\n$/, 'one line')
  }

  it('is the first of the usual names in the folder, which names the project', async () => {
    await refused(
      /^coterie: there is no compose\.yaml, .*docker-compose\.yml in .*My Shop\. Name .* -f FILE\./,
    )
    for (const name of ['docker-compose.yml', 'compose.yml', 'compose.yaml']) {
      const service = name.replaceAll('.', '-')
      await writeFile(join(folder, name), `services:\n  ${service}: {image: x}\n`)
      assert.equal((await deploy()).code, 0)
      const spec = fixture.handMade.script.asked.plan.at(-1)?.specs[0]
      assert.deepEqual([spec?.project, spec?.name], ['my-shop', service])
    }
    for (const name of ['docker-compose.yml', 'compose.yml', 'compose.yaml']) await rm(join(folder, name))
  })

  it('is told where it is wrong, and nothing is asked', async () => {
    const asked = fixture.handMade.script.asked.plan.length
    await writeFile(join(folder, 'broken.yaml'), 'services:\n  web: {image: x, restart: sometimes}\n')
    await refused(/^coterie: broken\.yaml:2:28: services\.web\.restart: one of /, '-f', 'broken.yaml')
    await writeFile(join(folder, 'text.yaml'), 'services: [\n')
    await refused(/^coterie: text\.yaml:2:1: /, '-f', 'text.yaml')
    assert.equal(fixture.handMade.script.asked.plan.length, asked)
  })

  it('is told where it cannot be read', async () => {
    await refused(/^coterie: missing\.yaml cannot be read: ENOENT/, '-f', 'missing.yaml')
    await refused(/^coterie: \. cannot be read: EISDIR/, '-f', '.')
  })

  it('is warned of with line and column, on standard error', async () => {
    await writeFile(join(folder, 'warned.yaml'), 'services:\n  web:\n    image: x\n    links: [a]\n')
    const { code, stderr } = await deploy('-f', 'warned.yaml')
    assert.equal(code, 0)
    assert.equal(
      stderr,
      'coterie: warned.yaml:4:5: services.web.links is not honoured and was left out: services have no names of one another yet; publish a port and use that\n',
    )
  })

  it('may be several files and their variables, and is shown as one without a daemon', async () => {
    await mkdir(join(folder, 'over'))
    await writeFile(
      join(folder, 'base.yaml'),
      `services: {web: {image: "web:\${TAG}", env_file: web.env, ports: ["80:80"]}}`,
    )
    await writeFile(
      join(folder, 'more.yaml'),
      'services: {web: {labels: [a=b]}, debug: {image: d, profiles: [debug]}}',
    )
    await writeFile(join(folder, 'over', 'real.env'), 'SAY=hello\n')
    await symlink(join('over', 'real.env'), join(folder, 'web.env'))
    await writeFile(join(folder, 'tag.env'), 'TAG=7\n')
    const words = [
      '-f',
      'base.yaml',
      '-f',
      'more.yaml',
      '--env-file',
      'tag.env',
      '--profile',
      'debug',
      '-p',
      'till',
    ]
    const shown = await coterie(['deploy', '--show', '--socket', '/nonexistent', ...words], {}, [], folder)
    assert.deepEqual([shown.code, shown.stderr], [0, ''])
    assert.equal(
      shown.stdout,
      `name: till
services:
  web:
    image: web:7
    ports:
      - target: 80
        published: "80"
    labels:
      a: b
    environment:
      SAY: hello
  debug:
    image: d
`,
    )
    const { code } = await deploy(...words)
    assert.equal(code, 0)
    const asked = fixture.handMade.script.asked.plan.at(-1)
    assert.deepEqual(
      asked?.specs.map(({ name, image, environment }) => [name, image, environment]),
      [
        ['web', 'web:7', { SAY: 'hello' }],
        ['debug', 'd', {}],
      ],
    )
    const asJson = await coterie(['deploy', '--show', '--json', ...words], {}, [], folder)
    assert.equal(JSON.parse(asJson.stdout).services.web.image, 'web:7')
  })

  it('is refused where what it names cannot be had, with its place and what to do', async () => {
    await writeFile(join(folder, 'named.yaml'), 'include:\n  - https://example.org/compose.yaml\n')
    await refused(
      /^coterie: named\.yaml:2:5: include\[0\]: https:\/\/\S+ is no path, and nothing is fetched\. Save a copy/,
      '-f',
      'named.yaml',
    )
    await writeFile(join(folder, 'named.yaml'), 'services: {web: {image: a, env_file: [latin.env]}}\n')
    await writeFile(join(folder, 'latin.env'), Buffer.from([0x41, 0x3d, 0xe9]))
    await refused(
      /^coterie: named\.yaml:1:39: .*latin\.env cannot be read: it is not written in UTF-8\./,
      '-f',
      'named.yaml',
    )
    await writeFile(join(folder, 'latin.env'), 'A='.padEnd(300_000, 'x'))
    await refused(/latin\.env cannot be read: it is larger than 262144 bytes\./, '-f', 'named.yaml')
    await rm(join(folder, 'latin.env'))
    await mkdir(join(folder, 'latin.env'))
    await refused(/latin\.env cannot be read: EISDIR/, '-f', 'named.yaml')
  })

  it('goes with options that make sense', async () => {
    for (const text of ['0', '1.5', 'x', '-1'])
      await refused(/--timeout takes a whole number of seconds/, '--timeout', text)
  })
})
