import { type AddressFacts, judgeAddresses } from '../../../node/doctor/checks/addresses.ts'
import { judgeNames } from '../../../node/doctor/checks/names.ts'
import { judgePorts, type ListenerFacts, type ListenerState } from '../../../node/doctor/checks/ports.ts'
import { judged } from './judged.ts'

const listener = (use: string, port: number, state: ListenerState): ListenerFacts => ({
  use,
  setting: 'api-port',
  host: port === 7 ? '::' : '127.0.0.1',
  port,
  state,
})

describe('doctor: ports', () => {
  judged(judgePorts, [
    [
      'that answer',
      [listener('between nodes', 7946, { type: 'open' }), listener('for the API', 8080, { type: 'open' })],
      'good',
      /^listening: 7946 between nodes, 8080 for the API$/,
      null,
    ],
    ['that are free', [listener('for the API', 8080, { type: 'free' })], 'good', /^free: 8080/, null],
    [
      'that another program holds',
      [
        listener('for the API', 8080, { type: 'taken', owner: 'nginx (process 12)' }),
        listener('between nodes', 7946, { type: 'free' }),
      ],
      'bad',
      /127\.0\.0\.1:8080 for the API is taken by nginx \(process 12\)/,
      /--api-port/,
    ],
    [
      'held by nobody knows whom',
      [listener('x', 7, { type: 'taken', owner: null })],
      'bad',
      /taken$/,
      /Stop/,
    ],
    [
      'that may not be used',
      [listener('x', 7, { type: 'refused', detail: 'this user may not listen there' })],
      'bad',
      /\[::\]:7 x cannot be listened on: this user/,
      /Choose another/,
    ],
    [
      'that do not answer',
      [listener('x', 8, { type: 'closed' })],
      'bad',
      /does not answer/,
      /log of the daemon/,
    ],
  ])
})

const addresses = (told: readonly string[], more: Partial<AddressFacts> = {}): AddressFacts => ({
  told,
  isReached: true,
  relays: [],
  listening: told,
  isGiven: false,
  asked: ['0.0.0.0', '::'],
  interfaces: new Map([
    ['eth0', ['192.0.2.7', '2001:db8::7']],
    ['docker0', ['172.17.0.1']],
  ]),
  ...more,
})
const OWN = '/ip4/192.0.2.7/tcp/7946'

describe('doctor: addresses', () => {
  judged(judgeAddresses, [
    ['that were found', addresses([OWN]), 'good', /192\.0\.2\.7:7946 \(found on eth0\)$/, null],
    [
      'of which some are not told',
      addresses([OWN], { listening: [OWN, '/ip4/172.17.0.1/tcp/7946', '/ip4/127.0.0.1/tcp/7946'] }),
      'good',
      /not told: 172\.17\.0\.1 \(on docker0\)$/,
      null,
    ],
    [
      'that were given',
      addresses(['/dns/home.example/tcp/80'], { isGiven: true, listening: [OWN] }),
      'good',
      /home\.example:80 \(given by --advertise\)$/,
      null,
    ],
    [
      'that were asked for',
      addresses(['/ip4/127.0.0.1/tcp/1'], { asked: ['127.0.0.1'] }),
      'good',
      /given by --listen/,
      null,
    ],
    ['of this machine alone', addresses(['/ip4/127.0.0.1/tcp/1']), 'warning', /no other machine/, /Connect/],
    [
      'that not everybody reaches, with others who carry',
      addresses([OWN], { isReached: false, relays: ['shed', 'tower'] }),
      'good',
      /not everybody reaches it there, hence through shed and tower too$/,
      null,
    ],
    [
      'that not everybody reaches, and nobody carries',
      addresses([OWN], { isReached: false }),
      'warning',
      /no member can carry/,
      /Let TCP in here/,
    ],
    ['that there are none of', addresses([]), 'bad', /no address/, /--advertise ADDRESS/],
  ])
})

describe('doctor: names', () => {
  judged(judgeNames, [
    [
      'names that resolve',
      [{ name: 'attic', of: null, addresses: ['127.0.1.1', '::1'] }],
      'good',
      /attic is 127\.0\.1\.1 and ::1/,
      null,
    ],
    [
      'its own that does not',
      [{ name: 'attic', of: null, addresses: [] }],
      'warning',
      /own name/,
      /\/etc\/hosts/,
    ],
    [
      'one of a setting that does not',
      [{ name: 'home.example', of: '--at', addresses: [] }],
      'bad',
      /home\.example, which --at names/,
      /Correct --at/,
    ],
  ])
})
