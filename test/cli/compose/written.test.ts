import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { Command } from 'commander'
import type { Cli } from '../../../cli/cli.ts'
import { type ComposeWords, composeOptions, loadGiven, readGiven } from '../../../cli/compose-files.ts'
import { scratchDir } from '../../support/scratch.ts'

const FOLDER = fileURLToPath(new URL('./written', import.meta.url))

/** The services that are there, by replicas and published ports; what is asked for. */
const WRITTEN: readonly (readonly [
  folder: string,
  line: string,
  env: Record<string, string>,
  services: string,
])[] = [
  ['.', '-f web-db-cache.yaml', { POSTGRES_PASSWORD: 'p$w' }, 'web 1 8080, db 1 , cache 1 '],
  ['monitoring', '', {}, 'prometheus 1 9090, alertmanager 1 , node-exporter 1 , cadvisor 1 , grafana 1 3000'],
  ['.', '-f home-automation.yaml', {}, 'homeassistant 1 , mosquitto 1 1883+9001, zigbee2mqtt 1 8081'],
  [
    '.',
    '-f home-automation.yaml --profile flows',
    { ZIGBEE_DEVICE: '/dev/serial/by-id/x' },
    'homeassistant 1 , mosquitto 1 1883+9001, zigbee2mqtt 1 8081, nodered 1 1880',
  ],
  [
    'media',
    '',
    {},
    'jellyfin 1 8096+7359/udp+1900/udp, transmission 1 9091+51413+51413/udp, navidrome 1 4533',
  ],
  ['.', '-f paperless/compose.yaml', {}, 'broker 1 , db 1 , webserver 1 8000, gotenberg 1 '],
  ['shop', '', {}, 'mail 1 8025, api 2 , worker 1 , proxy 1 80+443+443/udp'],
  ['override', '', {}, 'app 1 5000, db 1 , adminer 1 8080'],
  ['.', '-f dns-and-vpn.yaml', {}, 'pihole 1 53+53/udp+8053, wireguard 1 51820/udp'],
  ['.', '-f forge.yaml -p forge', {}, 'server 1 3000+2222, db 1 '],
  ['.', '-f models.yaml', { PORT: '3001' }, 'ollama 1 , webui 1 3001'],
]

const cliIn = (cwd: string, env: Record<string, string>) => {
  const stderr = new PassThrough()
  const machine = { env, cwd, home: '/', hostname: 'here', isRoot: false }
  const cli: Cli = {
    machine,
    version: '0',
    stdin: new PassThrough(),
    stdout: new PassThrough(),
    stderr,
    outputClosed: new AbortController().signal,
  }
  return {
    cli,
    told: () => {
      stderr.end()
      return text(stderr)
    },
  }
}

const wordsOf = (line: string): ComposeWords =>
  composeOptions(new Command())
    .parse(
      line.split(' ').filter((word) => word !== ''),
      { from: 'user' },
    )
    .opts()

describe('compose: files as people write them', () => {
  for (const [folder, line, env, services] of WRITTEN)
    it(`${folder === '.' ? '' : `${folder} `}${line} load without a surprise`, async () => {
      const { cli, told } = cliIn(join(FOLDER, folder), env)
      const words = wordsOf(line)
      const compose = readGiven(cli, words, words.file)
      const found = compose.services.map(({ name, replicas, ports }) => {
        const published = ports.filter((port) => port.published !== null)
        return `${name} ${replicas} ${published.map((port) => `${port.published}${port.protocol === 'udp' ? '/udp' : ''}`).join('+')}`
      })
      assert.equal(found.join(', '), services)
      for (const warning of (await told()).split('\n').filter((each) => each !== ''))
        assert.match(warning, / is not honoured( and was left out|; the port is published on every address)/)
    })

  for (const [folder, line, env] of WRITTEN)
    it(`${folder === '.' ? '' : `${folder} `}${line} are the same file once they are shown`, async () => {
      const shown = loadGiven(cliIn(join(FOLDER, folder), env).cli, wordsOf(line), false)
      const scratch = await scratchDir()
      try {
        await writeFile(join(scratch.path, 'compose.yaml'), shown)
        const again = cliIn(scratch.path, {})
        assert.equal(loadGiven(again.cli, wordsOf(''), false), shown)
        assert.equal(await again.told(), '')
      } finally {
        await scratch.remove()
      }
    })

  it('keep dollar signs, quotes and numbers on their way', () => {
    const { cli } = cliIn(FOLDER, { POSTGRES_PASSWORD: 'p$w' })
    const words = wordsOf('-f web-db-cache.yaml')
    const [web, db] = readGiven(cli, words, words.file).services
    assert.equal(web?.environment.DATABASE_URL, 'postgres://shop:p$w@db:5432/shop')
    assert.equal(db?.environment.POSTGRES_PASSWORD, 'p$w')
    const paper = readGiven(cli, words, ['paperless/compose.yaml']).services[2]
    assert.deepEqual(paper?.environment, {
      MARIADB_DATABASE: 'paperless',
      MARIADB_USER: 'paperless',
      MARIADB_PASSWORD: 'pa$$word',
      PAPERLESS_URL: 'https://paper.example.org',
      PAPERLESS_OCR_LANGUAGE: 'deu+eng',
      PAPERLESS_DBUSER: 'paperless',
      PAPERLESS_REDIS: 'redis://broker:6379',
      PAPERLESS_DBHOST: 'db',
    })
  })
})
