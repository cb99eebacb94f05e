import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { Command } from 'commander'
import type { Cli } from '../../../cli/cli.ts'
import { type ComposeWords, composeOptions, loadGiven, readGiven } from '../../../cli/compose-files.ts'
import { beyondOf, type ServiceSpec, specProblem } from '../../../protocols/spec/index.ts'
import { scratchDir } from '../../support/scratch.ts'

const FOLDER = fileURLToPath(new URL('../../fixtures/compose', import.meta.url))

interface Written {
  readonly folder?: string
  /** As it is typed. */
  readonly line: string
  readonly env?: Record<string, string>
  /** The services that are there, by replicas and published ports. */
  readonly services: string
  /** Keys of services, and of the document, that are left out. */
  readonly leaves: string
  /** What the services reach beyond their containers. */
  readonly beyond?: string
}

const WRITTEN: readonly Written[] = [
  {
    line: '-f web-db-cache.yaml',
    env: { POSTGRES_PASSWORD: 'p$w' },
    services: 'web 1 8080, db 1 , cache 1 ',
    leaves: 'depends_on',
    beyond: 'bind=./initdb.d',
  },
  {
    folder: 'monitoring',
    line: '',
    services: 'prometheus 1 9090, alertmanager 1 , node-exporter 1 , cadvisor 1 , grafana 1 3000',
    leaves: 'depends_on deploy.mode networks',
    beyond:
      'bind=./alertmanager.yml bind=./prometheus bind=/ bind=/sys bind=/var/run docker-socket host-pid privileged',
  },
  {
    line: '-f home-automation.yaml',
    services: 'homeassistant 1 , mosquitto 1 1883+9001, zigbee2mqtt 1 8081',
    leaves: 'container_name depends_on',
    beyond:
      'bind=./config bind=./mosquitto bind=./zigbee2mqtt bind=/run/dbus bind=/run/udev device=/dev/ttyACM0 host-network privileged',
  },
  {
    line: '-f home-automation.yaml --profile flows',
    env: { ZIGBEE_DEVICE: '/dev/serial/by-id/x' },
    services: 'homeassistant 1 , mosquitto 1 1883+9001, zigbee2mqtt 1 8081, nodered 1 1880',
    leaves: 'container_name depends_on',
    beyond:
      'bind=./config bind=./mosquitto bind=./zigbee2mqtt bind=/run/dbus bind=/run/udev device=/dev/serial/by-id/x host-network privileged',
  },
  {
    folder: 'media',
    line: '',
    services: 'jellyfin 1 8096+7359/udp+1900/udp, transmission 1 9091+51413+51413/udp, navidrome 1 4533',
    leaves: '',
    beyond:
      'bind=./conf dir/jellyfin bind=./conf dir/transmission bind=/mnt/disk bind=/mnt/disk/downloads bind=/mnt/disk/music device=/dev/dri',
  },
  {
    line: '-f paperless/compose.yaml',
    services: 'broker 1 , db 1 , webserver 1 8000, gotenberg 1 ',
    leaves: 'depends_on',
    beyond: 'bind=./paperless/consume',
  },
  {
    folder: 'shop',
    line: '',
    services: 'mail 1 8025, api 2 , worker 1 , proxy 1 80+443+443/udp',
    leaves: 'depends_on',
    beyond: 'bind=./Caddyfile',
  },
  { folder: 'override', line: '', services: 'app 1 5000, db 1 , adminer 1 8080', leaves: 'links' },
  {
    line: '-f dns-and-vpn.yaml',
    services: 'pihole 1 53+53/udp+8053, wireguard 1 51820/udp',
    leaves: '',
    beyond:
      'bind=./etc-dnsmasq.d bind=./etc-pihole bind=./wireguard bind=/lib/modules cap=NET_ADMIN cap=SYS_TIME',
  },
  { line: '-f forge.yaml -p forge', services: 'server 1 3000+2222, db 1 ', leaves: 'depends_on networks' },
  {
    line: '-f models.yaml',
    env: { PORT: '3001' },
    services: 'ollama 1 , webui 1 3001',
    leaves: 'depends_on',
  },
  { line: '-f blog.yaml', services: 'wordpress 1 8080, db 1 ', leaves: 'depends_on', beyond: 'cap=SYS_NICE' },
  {
    line: '-f cloud.yaml',
    env: { MYSQL_PASSWORD: 'x' },
    services: 'app 1 8081, cron 1 , db 1 , redis 1 ',
    leaves: 'depends_on',
    beyond: 'bind=/srv/cloud',
  },
  { line: '-f wiki.yaml', services: 'wiki 1 3001, db 1 ', leaves: 'depends_on' },
  {
    line: '-f photos.yaml',
    services: 'server 1 2283, machine-learning 1 , redis 1 , database 1 ',
    leaves: 'container_name depends_on',
    beyond: 'bind=/srv/photos bind=/srv/photos-db device=/dev/dri',
  },
  {
    line: '-f mqtt-zigbee.yaml',
    services: 'mqtt 1 1883+9001, zigbee2mqtt 1 8080',
    leaves: 'container_name depends_on deploy.placement',
    beyond:
      'bind=/run/udev bind=/srv/mosquitto bind=/srv/zigbee2mqtt device=/dev/serial/by-id/usb-Texas_Instruments_TI_CC2531_USB_CDC___0X00124B0018ED3DDF-if00',
  },
  {
    line: '-f reverse-proxy.yaml',
    services: 'traefik 1 80+443, whoami 1 ',
    leaves: 'container_name networks',
    beyond: 'docker-socket',
  },
  { line: '-f passwords.yaml', services: 'vaultwarden 1 11001, backup 1 ', leaves: 'container_name' },
  {
    line: '-f ci-runner.yaml --profile isolated',
    env: { WOODPECKER_AGENT_SECRET: 'x' },
    services: 'woodpecker-server 1 8000, woodpecker-agent 2 , dind 1 ',
    leaves: 'depends_on',
    beyond: 'docker-socket privileged',
  },
  {
    line: '-f logs.yaml',
    services: 'loki 1 3100, promtail 1 , exporter 1 ',
    leaves:
      'depends_on deploy.mode deploy.restart_policy.delay deploy.restart_policy.max_attempts deploy.restart_policy.window',
    beyond:
      'bind=/ bind=/var/lib/docker/containers bind=/var/log docker-socket host-ipc host-network host-pid host-uts',
  },
  {
    line: '-f cameras.yaml',
    services: 'frigate 1 8971+8554+8555+8555/udp',
    leaves: 'container_name oom_score_adj',
    beyond: 'bind=/srv/frigate/config bind=/srv/frigate/storage privileged',
  },
  {
    line: '-f voting.yaml',
    services: 'vote 4 5000, worker 2 , db 1 ',
    leaves: 'deploy.endpoint_mode deploy.placement networks',
  },
]

const titleOf = ({ folder, line }: Written): string => `${folder ?? ''} ${line}`.trim()

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

/** `services.web.volumes[0].consistency` as `volumes[].consistency`. */
const keyOf = (where: string): string => where.replace(/^services\.[^.]+\./, '').replace(/\[\d+\]/g, '[]')

const listed = (texts: Iterable<string>): string => [...new Set(texts)].sort().join(' ')

const publishedOf = ({ name, replicas, ports }: ServiceSpec): string => {
  const published = ports.filter((port) => port.published !== null)
  const texts = published.map((port) => `${port.published}${port.protocol === 'udp' ? '/udp' : ''}`)
  return `${name} ${replicas} ${texts.join('+')}`
}

describe('compose: files as people write them', () => {
  for (const written of WRITTEN)
    it(`${titleOf(written)} load without a surprise`, () => {
      const folder = join(FOLDER, written.folder ?? '.')
      const { cli } = cliIn(folder, written.env ?? {})
      const words = wordsOf(written.line)
      const compose = readGiven(cli, words, words.file)
      const left = compose.warnings.filter(({ detail }) => / left out/.test(detail))
      assert.deepEqual(
        {
          services: compose.services.map(publishedOf).join(', '),
          leaves: listed(left.map(({ where }) => keyOf(where))),
          beyond: listed(compose.services.flatMap(beyondOf).map((need) => need.replace(`${folder}/`, './'))),
        },
        { services: written.services, leaves: written.leaves, beyond: written.beyond ?? '' },
      )
      for (const spec of compose.services) assert.equal(specProblem(spec), null)
    })

  for (const written of WRITTEN)
    it(`${titleOf(written)} are the same file once they are shown`, async () => {
      const folder = join(FOLDER, written.folder ?? '.')
      const shown = loadGiven(cliIn(folder, written.env ?? {}).cli, wordsOf(written.line), false)
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
