import assert from 'node:assert/strict'
import { withoutPeer } from '../../../node/network/addresses.ts'
import { parseAddress, parseListenAddress } from '../../../node/network/index.ts'

describe('network: addresses that people type', () => {
  const good: readonly (readonly [typed: string, meant: string])[] = [
    ['192.0.2.7', '/ip4/192.0.2.7/tcp/7946'],
    [' 192.0.2.7:80 ', '/ip4/192.0.2.7/tcp/80'],
    ['pi.local', '/dns/pi.local/tcp/7946'],
    ['Pi-4.Example.ORG:1234', '/dns/pi-4.example.org/tcp/1234'],
    ['[2001:db8::1]:80', '/ip6/2001:db8::1/tcp/80'],
    ['[2001:db8::1]', '/ip6/2001:db8::1/tcp/7946'],
    ['::1', '/ip6/::1/tcp/7946'],
    ['/ip4/192.0.2.7/tcp/80', '/ip4/192.0.2.7/tcp/80'],
    ['/dns4/pi.local/tcp/80', '/dns4/pi.local/tcp/80'],
  ]
  for (const [typed, meant] of good)
    it(`reads "${typed}"`, () => assert.equal(parseAddress(typed, 7946), meant))

  const bad = [
    '',
    ':80',
    'host:',
    'host:0',
    'host:65536',
    'host:http',
    '300.1.1.1',
    'a b',
    '-host',
    '[::1',
    '[hello]:80',
    '[192.0.2.7]:80',
    'http://host',
    '/ip4/192.0.2.7',
    '/ip4/192.0.2.7/udp/80',
    '/ip4/192.0.2.7/tcp/80/ws',
    '/unix/tmp',
    '/nonsense',
    `${'a'.repeat(64)}.org`,
  ]
  for (const typed of bad)
    it(`refuses "${typed}"`, () => assert.throws(() => parseAddress(typed, 7946), { code: 'addressInvalid' }))
})

describe('addresses to listen on', () => {
  it('may leave the port to the system', () => {
    assert.equal(parseListenAddress('127.0.0.1:0', 7946), '/ip4/127.0.0.1/tcp/0')
    assert.throws(() => parseAddress('127.0.0.1:0', 7946), /there is no port 0/)
  })
})

describe('the id in an address', () => {
  it('stands behind the port, also where the machine is called p2p', () => {
    const id = '12D3KooWMj2rvu6s7j4fmVVvxKQpLn9Zb2Mt3hGyTLsDrcJqYzXQ'
    const address = parseAddress('p2p', 7946)
    assert.equal(address, '/dns/p2p/tcp/7946')
    assert.equal(withoutPeer(address), address)
    assert.equal(withoutPeer(`${address}/p2p/${id}`), address)
  })
})
