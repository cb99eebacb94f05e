import assert from 'node:assert/strict'
import fc from 'fast-check'
import {
  type ConfigFile,
  configFileOf,
  type Machine,
  resolveSettings,
  SETTING_KEYS,
  SETTINGS,
  type SettingKey,
} from '../../../protocols/control/settings/index.ts'
import { isCoterieError } from '../../../protocols/errors/index.ts'

const machine = (more: Partial<Machine> = {}): Machine => ({
  env: {},
  home: '/home/ada',
  hostname: 'Kitchen.local',
  cwd: '/srv',
  isRoot: false,
  ...more,
})

const file = (said: { readonly [Key in SettingKey]?: string }): ConfigFile => ({
  path: '/etc/coterie/config.yaml',
  entries: new Map(
    Object.entries(said).map(([key, text], index) => [
      key as SettingKey,
      { text, line: index + 1, column: 9 },
    ]),
  ),
})

describe('settings: where a value comes from', () => {
  it('is the flag before the environment before the file before the default', () => {
    const said = file({ apiPort: '1', gatewayPort: '2', recordsKept: '3' })
    const env = { COTERIE_API_PORT: '10', COTERIE_GATEWAY_PORT: '20' }
    const { values, sources } = resolveSettings({ apiPort: '100' }, machine({ env }), said)
    assert.deepEqual(
      [values.apiPort, values.gatewayPort, values.recordsKept, values.recordsPeriod],
      [100, 20, 3, 24],
    )
    assert.deepEqual(sources.apiPort, { from: 'flag', name: '--api-port' })
    assert.deepEqual(sources.gatewayPort, { from: 'environment', name: 'COTERIE_GATEWAY_PORT' })
    assert.deepEqual(sources.recordsKept, { from: 'file', name: '/etc/coterie/config.yaml:3' })
    assert.deepEqual(sources.recordsPeriod, { from: 'default' })
  })

  it('keeps that order for every setting', () => {
    const texts: { readonly [Key in SettingKey]?: readonly [string, string, string] } = {
      api: ['http://127.0.0.1:1', 'https://attic:2', 'http://localhost:3'],
      role: ['edge', 'full', 'edge'],
      discovery: ['off', 'mdns', 'off'],
      discoveryDnsServer: ['127.0.0.1', '::1', '::'],
      logLevel: ['debug', 'warn', 'error'],
      logExport: ['mesh', 'off', 'https://logs.example.org'],
      processes: ['on', 'off', 'on'],
      metered: ['on', 'off', 'on'],
      allow: ['privileged', 'bind=/srv', 'cap=ALL,host-pid'],
      policy: ['hosting', 'default', 'hosting'],
      watchdog: ['external', 'auto', 'external'],
      apiAddress: ['127.0.0.1', '::', '::1'],
      publishAddress: ['127.0.0.1', '::', '::1'],
      tlsEnabled: ['on', 'off', 'on'],
      metricsAddress: ['127.0.0.1', '::', '::1'],
    }
    for (const key of SETTING_KEYS) {
      const [flag, variable, line] = texts[key] ?? ['1', '2', '3']
      const env = { [SETTINGS[key].variable]: variable }
      const from = (flags: object, said: Machine['env']): string =>
        resolveSettings(flags, machine({ env: said }), file({ [key]: line })).sources[key].from
      assert.equal(from({ [key]: flag }, env), 'flag')
      assert.equal(from({}, env), 'environment')
      assert.equal(from({}, {}), 'file')
      assert.equal(resolveSettings({}, machine()).sources[key].from, 'default')
    }
  })

  it('is either of two variables that mean the same, which must agree', () => {
    const both = (one: string, other: string) =>
      resolveSettings({}, machine({ env: { COTERIE_TOKEN_FILE: one, COTERIE_AUTH_TOKEN_FILE: other } }))
    const { values, sources } = both('', '/secret')
    assert.equal(values.tokenFile, '/secret')
    assert.deepEqual(sources.tokenFile, { from: 'environment', name: 'COTERIE_AUTH_TOKEN_FILE' })
    assert.equal(both('/secret', '/secret').values.tokenFile, '/secret')
    assert.throws(
      () => both('/secret', '/other'),
      /COTERIE_TOKEN_FILE means the same and says something else/,
    )
  })

  it('is relative to the working directory, or to the folder of the file', () => {
    const said = file({ dataDir: 'data', tokenFile: '-' })
    assert.equal(resolveSettings({}, machine(), said).values.dataDir, '/etc/coterie/data')
    assert.equal(resolveSettings({ dataDir: 'data' }, machine(), said).values.dataDir, '/srv/data')
    assert.equal(resolveSettings({}, machine(), said).values.tokenFile, '-')
    assert.equal(resolveSettings({}, machine(), said).values.runDir, '/etc/coterie/data/run')
  })

  it('names the file, the line and the column of what cannot be used', () => {
    assert.throws(
      () => resolveSettings({}, machine(), file({ role: 'full', apiPort: 'x' })),
      /api-port from \/etc\/coterie\/config\.yaml:2:9 cannot be used: a port is a number/,
    )
  })

  it('is looked up in the file that a flag or a variable names, or in the one beside the configuration', () => {
    const named = (flags: object, env: Machine['env'] = {}) => configFileOf(flags, machine({ env }))
    assert.deepEqual(named({}), { path: '/home/ada/.config/coterie/config.yaml', namedBy: null })
    assert.deepEqual(named({ configDir: 'c' }), { path: '/srv/c/config.yaml', namedBy: null })
    assert.deepEqual(named({}, { COTERIE_CONFIG: '/x' }), { path: '/x', namedBy: 'COTERIE_CONFIG' })
    assert.deepEqual(named({ config: 'y' }, { COTERIE_CONFIG: '/x' }), {
      path: '/srv/y',
      namedBy: '--config',
    })
  })

  it('is the default where the variable is empty', () => {
    const { values } = resolveSettings({}, machine({ env: { COTERIE_API_PORT: '' } }))
    assert.equal(values.apiPort, 8080)
  })

  it('has a flag and a variable of its own for every setting', () => {
    const all = SETTING_KEYS.map((key) => SETTINGS[key])
    assert.equal(new Set(all.map(({ name }) => name)).size, all.length)
    const variables = all.flatMap(({ variable, otherVariable = [] }) => [variable, otherVariable].flat())
    assert.equal(new Set(variables).size, variables.length)
    for (const { name } of all) assert.match(name, /^[a-z]+(-[a-z]+)*$/)
    for (const variable of variables) {
      assert.match(variable, /^COTERIE_[A-Z_]+$/)
    }
  })
})

describe('settings: where log lines go', () => {
  const read = (text: string): unknown => {
    try {
      return resolveSettings({ logExport: text }, machine()).values.logExport
    } catch (error) {
      assert.ok(isCoterieError(error, 'settingInvalid'))
      return error.data.detail
    }
  }

  it('is off, the mesh, or a URL as it was written', () => {
    for (const text of [
      'off',
      'mesh',
      'http://127.0.0.1:9428/insert/jsonline?_stream_fields=nodeName,mesh&_time_field=time&_msg_field=msg',
      'https://Logs.example.org',
      'http://[2001:db8::7]:80/x?monkey=1',
    ])
      assert.equal(read(text), text)
  })

  it('is no URL with a secret in it, since whoever sees the settings reads it', () => {
    for (const text of [
      'https://ada:secret@logs.example.org/',
      'https://ada@logs.example.org',
      'https://logs.example.org/?token=x',
      'https://logs.example.org/in?a=b&api_key=x',
      'https://logs.example.org/in?X-Amz-Signature=x',
      'https://logs.example.org/?key=x',
    ])
      assert.match(String(read(text)), /log-export-token-file/, text)
  })

  it('is nothing else', () => {
    for (const text of [
      'on',
      'cluster',
      'ftp://x',
      'https://',
      'https://x y',
      'https://x/#y',
      'HTTPS://x',
      'https://x:y',
      '//x',
    ])
      assert.match(String(read(text)), /off, mesh, or a URL|is no host/, text)
    assert.match(String(read(`https://x/${'y'.repeat(2_048)}`)), /off, mesh, or a URL/)
  })
})

describe('settings: discovery', () => {
  const read = (key: 'discoveryPort' | 'discoveryDomain' | 'discoveryDnsServer', text: string): unknown => {
    try {
      return resolveSettings({ [key]: text }, machine()).values[key]
    } catch (error) {
      assert.ok(isCoterieError(error, 'settingInvalid'))
      return 'refused'
    }
  }

  it('takes a port that others can know', () => {
    assert.deepEqual(
      ['7946', '1', '0', '65536', '-1'].map((text) => read('discoveryPort', text)),
      [7946, 1, 'refused', 'refused', 'refused'],
    )
  })

  it('takes a domain as people write it', () => {
    for (const text of ['example.org', 'Example.ORG.', 'a', '_x.y-z.example'])
      assert.equal(read('discoveryDomain', text), text.toLowerCase().replace(/\.$/, ''))
    for (const text of ['.', 'a..b', '-a.b', 'a b', `${'a'.repeat(64)}.b`, Array(81).fill('abc').join('.')])
      assert.equal(read('discoveryDomain', text), 'refused', text)
  })

  it('takes a name server by its address', () => {
    for (const text of ['192.0.2.53', '192.0.2.53:5353', '2001:db8::53', '[2001:db8::53]:5353', '[::1]'])
      assert.equal(read('discoveryDnsServer', text), text)
    for (const text of ['dns.example', '192.0.2.53:0', '192.0.2.53:99999', '192.0.2', '[::1', ''])
      assert.equal(read('discoveryDnsServer', text), 'refused', text)
  })
})

describe('settings: directories', () => {
  const places = (flags: object, more: Partial<Machine>) => {
    const { dataDir, configDir, socket } = resolveSettings(flags, machine(more)).values
    return { dataDir, configDir, socket }
  }

  it('are those of the system for root', () => {
    assert.deepEqual(places({}, { isRoot: true }), {
      dataDir: '/var/lib/coterie',
      configDir: '/etc/coterie',
      socket: '/run/coterie/coterie.sock',
    })
  })

  it('follow the XDG variables of a user', () => {
    const env = { XDG_DATA_HOME: '/d', XDG_CONFIG_HOME: '/c', XDG_RUNTIME_DIR: '/run/user/7' }
    assert.deepEqual(places({}, { env }), {
      dataDir: '/d/coterie',
      configDir: '/c/coterie',
      socket: '/run/user/7/coterie/coterie.sock',
    })
  })

  it('lie below the home directory without them, or with relative ones', () => {
    const expected = {
      dataDir: '/home/ada/.local/share/coterie',
      configDir: '/home/ada/.config/coterie',
      socket: '/home/ada/.local/share/coterie/run/coterie.sock',
    }
    assert.deepEqual(places({}, {}), expected)
    assert.deepEqual(places({}, { env: { XDG_DATA_HOME: 'd', XDG_RUNTIME_DIR: 'r' } }), expected)
  })

  it('keep the socket in a data directory that was given, unless the socket was given too', () => {
    assert.equal(places({ dataDir: './a/' }, { isRoot: true }).socket, '/srv/a/run/coterie.sock')
    assert.equal(places({}, { env: { COTERIE_DATA_DIR: '/b' } }).socket, '/b/run/coterie.sock')
    assert.equal(places({ dataDir: '/b', runDir: '/r' }, {}).socket, '/r/coterie.sock')
    assert.equal(places({ dataDir: '/b', socket: '/s.sock' }, {}).socket, '/s.sock')
  })
})

describe('settings: text that cannot be used', () => {
  const refused = (flags: object, env = {}) =>
    assert.throws(
      () => resolveSettings(flags, machine({ env })),
      (error) => isCoterieError(error, 'settingInvalid'),
    )

  it('is refused and named with its source', () => {
    refused({ apiPort: '65536' })
    refused({ apiPort: '-1' })
    refused({ apiPort: '' })
    refused({ logLevel: 'loud' })
    refused({ nodeName: 'Not A Label' })
    refused({ listen: '10.0.0.1 10.0.0.2' })
    refused({ advertise: Array.from({ length: 17 }, (_, index) => `10.0.0.${index}`).join() })
    refused({ bindInterface: 'sixteen-letters-' })
    refused({ bindInterface: '/sys' })
    refused({ discoveryPort: '0' })
    refused({ dataDir: 'a\0b' })
    assert.throws(
      () => resolveSettings({}, machine({ env: { COTERIE_PROCESSES: 'maybe' } })),
      /processes from COTERIE_PROCESSES cannot be used: it is on or off\. Correct it/,
    )
  })

  it('is refused where the socket path is longer than the kernel takes', () => {
    const fits = `/${'x'.repeat(89)}`
    assert.equal(resolveSettings({ dataDir: fits }, machine()).values.socket.length, 107)
    assert.throws(
      () => resolveSettings({ dataDir: `${fits}é` }, machine()),
      (error) => isCoterieError(error, 'socketPathTooLong'),
    )
  })
})

describe('settings: the port of the metrics', () => {
  const metrics = (flags: object) => {
    const { metricsPort, metricsAddress } = resolveSettings(flags, machine()).values
    return [metricsPort, metricsAddress]
  }

  it('is off, and on loopback where it is on', () => {
    assert.deepEqual(metrics({}), [null, '127.0.0.1'])
    assert.deepEqual(metrics({ metricsPort: 'off' }), [null, '127.0.0.1'])
    assert.deepEqual(metrics({ metricsPort: '9090' }), [9090, '127.0.0.1'])
  })

  it('is on any IP address, in brackets or not', () => {
    for (const [given, address] of [
      ['0.0.0.0', '0.0.0.0'],
      ['::', '::'],
      ['[fd00::7]', 'fd00::7'],
      ['fe80::1%eth0', 'fe80::1%eth0'],
      ['::ffff:10.0.0.1', '::ffff:10.0.0.1'],
    ])
      assert.deepEqual(metrics({ metricsAddress: given }), [null, address])
  })

  it('is refused where the address is none, or the port is no port', () => {
    for (const flags of [
      { metricsAddress: '' },
      { metricsAddress: 'shed.lan' },
      { metricsAddress: '10.0.0.1:9090' },
      { metricsAddress: `${'f'.repeat(70)}::` },
      { metricsPort: 'on' },
      { metricsPort: '65536' },
    ])
      assert.throws(
        () => metrics(flags),
        (error) => isCoterieError(error, 'settingInvalid'),
      )
  })
})

describe('settings: lists and names', () => {
  it('split lists at commas', () => {
    const { values } = resolveSettings({ at: '10.0.0.1, [fe80::1%eth0]:7946,/ip4/10.0.0.2/tcp/1' }, machine())
    assert.deepEqual(values.at, ['10.0.0.1', '[fe80::1%eth0]:7946', '/ip4/10.0.0.2/tcp/1'])
  })

  it('make a DNS label of any host name', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (hostname) => {
        const { nodeName } = resolveSettings({}, machine({ hostname })).values
        assert.match(nodeName, /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/)
      }),
    )
    assert.equal(resolveSettings({}, machine()).values.nodeName, 'kitchen')
  })
})
