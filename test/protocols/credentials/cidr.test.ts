import assert from 'node:assert/strict'
import { isCidr, isInCidr } from '../../../protocols/credentials/index.ts'

describe('credentials: networks', () => {
  it('are written with their prefix', () => {
    for (const cidr of [
      '0.0.0.0/0',
      '192.0.2.0/24',
      '192.0.2.7/32',
      '::/0',
      '2001:db8::/32',
      '::1/128',
      'fe80::/10',
    ])
      assert.ok(isCidr(cidr), cidr)
    const odd = [
      '',
      '/',
      '192.0.2.0',
      '192.0.2/24',
      '192.0.2.256/24',
      '192.0.2.0/33',
      '192.0.2.0/024',
      '192.0.2.0/',
    ]
    const odd6 = [
      '2001:db8::',
      ':::/8',
      '1::2::3/8',
      '1:2:3:4:5:6:7/8',
      '1:2:3:4:5:6:7:8::/8',
      '192.0.2.7::/8',
      '::/129',
      '12345::/8',
      '::ffff:192.0.2.0/120',
    ]
    for (const text of [...odd, ...odd6, 'home/8', '192.0.2.0/24/8', '01.2.3.4/8'])
      assert.ok(!isCidr(text), text)
  })

  it('hold the addresses that begin as they do', () => {
    for (const [address, cidr, held] of [
      ['192.0.2.255', '192.0.2.0/24', true],
      ['192.0.3.0', '192.0.2.0/24', false],
      ['192.0.2.7', '192.0.2.9/24', true],
      ['10.128.0.1', '10.0.0.0/9', false],
      ['10.127.255.255', '10.0.0.0/9', true],
      ['192.0.2.7', '192.0.2.7/32', true],
      ['192.0.2.6', '192.0.2.7/32', false],
      ['8.8.8.8', '0.0.0.0/0', true],
      ['2001:db8::1', '2001:db8::/32', true],
      ['2001:db9::1', '2001:db8::/32', false],
      ['2001:DB8:0:0:1::', '2001:db8::/32', true],
      ['fe80::1', 'fe80::/10', true],
      ['fec0::1', 'fe80::/10', false],
      ['::ffff:192.0.2.7', '192.0.2.0/24', true],
      ['::192.0.2.7', '192.0.2.0/24', false],
      ['192.0.2.7', '::/0', false],
      ['::1', '0.0.0.0/0', false],
      ['nowhere', '0.0.0.0/0', false],
      ['192.0.2.7', 'nowhere', false],
    ] as const)
      assert.equal(isInCidr(address, cidr), held, `${address} in ${cidr}`)
  })
})
