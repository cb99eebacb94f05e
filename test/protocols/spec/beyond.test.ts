import assert from 'node:assert/strict'
import { beyondOf, isAllowed, type ServiceSpec } from '../../../protocols/spec/index.ts'
import { specOf } from '../../support/compose-files.ts'

const service = (...lines: readonly string[]): ServiceSpec =>
  specOf(`services: {web: {image: x, ${lines.join(', ')}}}`)

describe('what a service reaches beyond its container', () => {
  for (const [what, spec, needs] of [
    [
      'nothing of itself',
      service('user: root', 'cap_add: [NET_RAW, MKNOD]', 'security_opt: [no-new-privileges]'),
      [],
    ],
    ['nothing by telling the time', service('volumes: ["/etc/localtime:/etc/localtime:ro"]'), []],
    [
      'a file that it may write',
      service('volumes: ["/etc/localtime:/etc/localtime"]'),
      ['bind=/etc/localtime'],
    ],
    ['a folder, whichever way it is written', service('volumes: ["/srv/./a/../b/:/x"]'), ['bind=/srv/b']],
    ['the engine by its socket', service('volumes: ["/run/docker.sock:/x"]'), ['docker-socket']],
    [
      'the engine by a folder around it',
      service('volumes: ["/var/run:/x:ro"]'),
      ['bind=/var/run', 'docker-socket'],
    ],
    ['capabilities', service('cap_add: [cap_net_admin, ALL]'), ['cap=NET_ADMIN', 'cap=ALL']],
    ['protections', service('security_opt: ["seccomp:unconfined"]'), ['unconfined']],
    ['more, by new privileges', service('security_opt: ["no-new-privileges:false"]'), ['unconfined']],
    ['devices', service('devices: ["/dev/dri:/dev/x"]'), ['device=/dev/dri']],
    [
      'namespaces',
      service('pid: host', 'ipc: host', 'uts: host', 'x-coterie: {network: host}'),
      ['host-network', 'host-pid', 'host-ipc', 'host-uts'],
    ],
    [
      'everything, once it is privileged',
      service('privileged: true', 'cap_add: [ALL]', 'devices: [/dev/sda]', 'volumes: ["/:/x"]'),
      ['privileged', 'bind=/', 'docker-socket'],
    ],
  ] as const)
    it(`is ${what}`, () => assert.deepEqual(beyondOf(spec), needs))

  for (const [need, allow, expected] of [
    ['privileged', 'privileged', true],
    ['privileged', 'docker-socket', false],
    ['cap=NET_ADMIN', 'cap=NET_ADMIN', true],
    ['cap=NET_ADMIN', 'cap=ALL', true],
    ['cap=NET_ADMIN', 'cap=NET', false],
    ['bind=/srv/a', 'bind=/srv', true],
    ['bind=/srv', 'bind=/srv/', true],
    ['bind=/srvant', 'bind=/srv', false],
    ['bind=/etc', 'bind=/', true],
    ['bind=/etc', 'bind=/srv/..', true],
    ['device=/dev/dri', 'bind=/dev', false],
  ] as const)
    it(`is ${expected ? '' : 'not '}covered: ${need} by ${allow}`, () =>
      assert.equal(isAllowed(need, [allow]), expected))
})
