import assert from 'node:assert/strict'
import { clientOf, isLoopbackAddress, plainAddress } from '../../../protocols/addresses/index.ts'

describe('addresses', () => {
  it('are the same without brackets, zone, case, and the IPv6 form of IPv4', () => {
    for (const [text, plain] of [
      ['192.0.2.7', '192.0.2.7'],
      ['::ffff:192.0.2.7', '192.0.2.7'],
      ['[FE80::1%eth0]', 'fe80::1'],
      ['::ffff:c000:207', '::ffff:c000:207'],
      ['attic.example', 'attic.example'],
    ])
      assert.equal(plainAddress(text as string), plain)
  })

  it('are loopback, or reached by others', () => {
    for (const address of ['127.0.0.1', '127.255.0.9', '::1', '[::1]', '::ffff:127.0.0.1'])
      assert.ok(isLoopbackAddress(address), address)
    for (const address of [
      '0.0.0.0',
      '::',
      '192.168.1.2',
      '128.0.0.1',
      'fe80::1',
      '::2',
      'localhost',
      '127.0.0.1.example',
    ])
      assert.ok(!isLoopbackAddress(address), address)
  })

  it('count as one client by IPv4 address, and by the network of an IPv6 address', () => {
    for (const [address, client] of [
      ['192.0.2.7', '192.0.2.7'],
      ['::ffff:192.0.2.7', '192.0.2.7'],
      ['2001:db8:0:7:1:2:3:4', '2001:db8:0:7::/64'],
      ['2001:db8:0:7::99', '2001:db8:0:7::/64'],
      ['2001:db8::7', '2001:db8:0:0::/64'],
      ['fe80::1%eth0', 'fe80:0:0:0::/64'],
      ['::1', '0:0:0:0::/64'],
      ['::', '0:0:0:0::/64'],
      ['1:2:3:4:5:6:7::', '1:2:3:4::/64'],
    ])
      assert.equal(clientOf(address as string), client)
    assert.notEqual(clientOf('2001:db8:0:7::1'), clientOf('2001:db8:0:8::1'))
  })
})
