import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { chmod, chown, mkdir, symlink, writeFile } from 'node:fs/promises'
import fc from 'fast-check'
import { readConfigFile } from '../../cli/config-file.ts'
import { type ErrorCode, isCoterieError } from '../../protocols/errors/index.ts'
import { requires } from '../support/requirements.ts'
import { scratchDir } from '../support/scratch.ts'

describe('configuration file', () => {
  let dir: string
  let path: string
  let remove: () => Promise<void>
  beforeEach(async () => {
    const scratch = await scratchDir()
    dir = scratch.path
    path = `${dir}/config.yaml`
    remove = scratch.remove
  })
  afterEach(() => remove())

  const write = (text: string | Uint8Array) => writeFile(path, text, { mode: 0o600 })
  const read = (namedBy: string | null = '--config') => readConfigFile({ path, namedBy })
  const saidBy = async (text: string) => {
    await write(text)
    return Object.fromEntries([...((await read())?.entries ?? [])].map(([key, entry]) => [key, entry.text]))
  }
  const refused = (code: ErrorCode, message: RegExp, namedBy?: string | null) =>
    assert.rejects(read(namedBy), (error: Error) => {
      assert.ok(isCoterieError(error, code), String(error))
      assert.match(error.message, message)
      return true
    })

  it('says what flags would say, with line and column', async () => {
    await write('# kitchen\nnode-name: kitchen\n\napi-port:   9001 # near\n')
    const file = await read()
    assert.equal(file?.path, path)
    assert.deepEqual(file?.entries.get('nodeName'), { text: 'kitchen', line: 2, column: 12 })
    assert.deepEqual(file?.entries.get('apiPort'), { text: '9001', line: 4, column: 13 })
  })

  it('takes each form that a value has', async () => {
    const said = await saidBy(
      'listen: [192.0.2.7, "[::1]:7946"]\nat:\n  - 192.0.2.8\n  - pi.local:80\nadvertise: 192.0.2.9,192.0.2.10\n' +
        'processes: true\napi-port: "8081"\nlog-level: !!str warn\nnode-name: 7\n',
    )
    assert.deepEqual(said, {
      listen: '192.0.2.7,[::1]:7946',
      at: '192.0.2.8,pi.local:80',
      advertise: '192.0.2.9,192.0.2.10',
      processes: 'true',
      apiPort: '8081',
      logLevel: 'warn',
      nodeName: '7',
    })
  })

  it('may say nothing', async () => {
    for (const text of ['', '# later\n', '---\n', '{}\n', '\ufeff# by an editor\n'])
      assert.deepEqual(await saidBy(text), {})
  })

  it('may be missing where nobody named it, and only there', async () => {
    assert.equal(await read(null), null)
    await refused('configFileMissing', /config\.yaml, which COTERIE_CONFIG names/, 'COTERIE_CONFIG')
  })

  const bad: readonly (readonly [text: string, code: ErrorCode, message: RegExp])[] = [
    ['lisen: 192.0.2.7', 'settingUnknown', /:1:1 sets lisen, which is no setting; the nearest is listen\./],
    ['zzz: 1\n', 'settingUnknown', /sets zzz, which is no setting\./],
    ['role: full\n  \napi_port: 1', 'settingUnknown', /:3:1 sets api_port,.*nearest is api-port\./],
    ['apiPort: 1', 'settingUnknown', /nearest is api-port\./],
    ['COTERIE_API_PORT: 1', 'settingUnknown', /nearest is api-port\./],
    ['token: secret', 'settingUnknown', /sets token, which is no setting\./],
    ['__proto__: 1', 'settingUnknown', /sets __proto__, /],
    ['"\\e[2J": 1', 'settingUnknown', /sets {2}?\[2J, /],
    ['config: other.yaml', 'settingInvalid', /config from .*:1:1 .*leads to this file/],
    ['config-dir: /etc', 'settingInvalid', /leads to this file/],
    ['api-port: [1]', 'settingInvalid', /api-port from .*:1:11 .*it is a list, and one value is expected/],
    ['api-port: {a: 1}', 'settingInvalid', /it is a mapping, and a value is expected/],
    ['api-port:', 'settingInvalid', /it has no value/],
    ['api-port: ~', 'settingInvalid', /it has no value/],
    ['at: []', 'settingInvalid', /it is an empty list/],
    ['at:\n  - 192.0.2.7\n  - "?"', 'settingInvalid', /at from .*:3:5 .*"\?" is no address/],
    ['at: [[192.0.2.7]]', 'settingInvalid', /:1:6 .*it is a list/],
    ['- api-port: 1', 'configFileInvalid', /:1:1: it is no mapping/],
    ['kitchen', 'configFileInvalid', /:1:1: it is no mapping/],
    ['role: full\nrole: edge', 'configFileInvalid', /:2:1: Map keys must be unique/],
    ['role: full\n---\nrole: edge', 'configFileInvalid', /multiple documents/],
    ['role: "full', 'configFileInvalid', /:1:12: Missing closing "quote/],
    ['role: !!js/function x', 'configFileInvalid', /:1:7: Unresolved tag/],
    ['role: &r full\ndiscovery: *r', 'configFileInvalid', /:2:12: \*r is an alias/],
    ['listen: [::]:7946', 'configFileInvalid', /:1:13: /],
    ['['.repeat(5000), 'configFileInvalid', /config\.yaml:\d+:\d+: /],
  ]
  for (const [text, code, message] of bad)
    it(`refuses ${JSON.stringify(text.slice(0, 40))}`, async () => {
      await write(text)
      await refused(code, message)
    })

  it('refuses a bomb of aliases at its first one', async () => {
    const levels = Array.from({ length: 20 }, (_, n) => `a${n + 1}: &a${n + 1} [${`*a${n},`.repeat(50)}]`)
    await write(`a0: &a0 x\n${levels.join('\n')}\n`)
    await refused('configFileInvalid', /:2:10: \*a0 is an alias/)
  })

  it('refuses what it cannot read as text of a bounded size', async () => {
    await write('#'.repeat(64 * 1024))
    assert.deepEqual([...((await read())?.entries ?? [])], [])
    await write('#'.repeat(64 * 1024 + 1))
    await refused('configFileUnreadable', /larger than 65536 bytes/)
    await write(Uint8Array.of(0x61, 0xff))
    await refused('configFileUnreadable', /not UTF-8/)
    path = dir
    await refused('configFileUnreadable', /no regular file/)
    path = `${dir}/pipe`
    execFileSync('mkfifo', [path])
    await refused('configFileUnreadable', /no regular file/)
    path = '/dev/zero'
    await refused('configFileUnreadable', /no regular file/)
    path = `${dir}/circle`
    await symlink(path, path)
    await refused('configFileUnreadable', /in a circle/)
  })

  it('answers every text with settings or a known error', async () => {
    const word = fc.constantFrom(
      'api-port',
      'listen',
      ': ',
      '- ',
      '\n',
      '  ',
      '[',
      ']',
      '{',
      '"',
      '&a',
      '*a',
      '<<',
    )
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(fc.oneof(word, fc.string())).map((parts) => parts.join('')),
    )
    await fc.assert(
      fc.asyncProperty(text, async (given) => {
        await write(given)
        const error: unknown = await read().then(
          () => null,
          (thrown: unknown) => thrown,
        )
        assert.ok(error === null || isCoterieError(error), String(error))
      }),
    )
  })
})

describe('configuration file: who may write it', () => {
  let dir: string
  let path: string
  let remove: () => Promise<void>
  beforeEach(async () => {
    const scratch = await scratchDir()
    dir = `${scratch.path}/etc`
    path = `${dir}/config.yaml`
    remove = scratch.remove
    await mkdir(dir, { mode: 0o755 })
    await writeFile(path, 'role: full\n')
  })
  afterEach(() => remove())

  const read = () => readConfigFile({ path, namedBy: null })
  const distrusted = (message: RegExp) =>
    assert.rejects(read(), (error: Error) => {
      assert.ok(isCoterieError(error, 'configFileUnsafe'), String(error))
      assert.match(error.message, message)
      return true
    })

  it('is refused where anybody may, and everybody may read it', async () => {
    await chmod(path, 0o644)
    assert.equal((await read())?.entries.size, 1)
    await chmod(path, 0o646)
    await distrusted(/is not trusted: it may be written by anybody/)
  })

  it('is refused in a folder where anybody may put another in its place', async () => {
    await chmod(path, 0o644)
    await chmod(dir, 0o757)
    await distrusted(/its folder .*\/etc may be written by anybody/)
    await chmod(dir, 0o1757)
    assert.equal((await read())?.entries.size, 1, 'a sticky folder keeps the files of others')
  })

  it('is judged where its link leads', async () => {
    await chmod(path, 0o646)
    const link = `${dir}/link.yaml`
    await symlink(path, link)
    path = link
    await distrusted(/may be written by anybody/)
  })

  it('may be written by a group of one’s own, not by another', async function () {
    requires(this, 'root')
    await chmod(path, 0o664)
    assert.equal((await read())?.entries.size, 1)
    await chown(path, 0, 12_345)
    await distrusted(/may be written by the group 12345/)
  })

  it('is refused where it or its folder belongs to another user', async function () {
    requires(this, 'root')
    await chmod(path, 0o600)
    await chown(path, 12_345, 0)
    await distrusted(/it belongs to the user 12345/)
    await chown(path, 0, 0)
    await chown(dir, 12_345, 0)
    await distrusted(/its folder .* belongs to the user 12345/)
  })
})
