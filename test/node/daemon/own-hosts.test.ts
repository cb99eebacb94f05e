import assert from 'node:assert/strict'
import { hostsOf, uncertifiedNote } from '../../../node/daemon/own-hosts.ts'

const doors = { apiAddress: '127.0.0.1', metricsAddress: '10.0.0.2', metricsPort: null }

describe('where a node is reached', () => {
  it('is at its doors first, and not where only a relay is', () => {
    const connections = {
      addresses: () => [
        '/ip4/192.168.7.9/tcp/7946',
        '/p2p/12D3KooWAsJoeNqW2EXP9cpYLgdM3VyoyKzZwNZcbyq8G8Bg9ySn/p2p-circuit',
      ],
    }
    assert.deepEqual(hostsOf(connections, doors), ['127.0.0.1', '192.168.7.9'])
    assert.deepEqual(hostsOf(connections, { ...doors, metricsPort: 9090 }), [
      '127.0.0.1',
      '10.0.0.2',
      '192.168.7.9',
    ])
  })

  it('is on every interface behind a wildcard', () => {
    const hosts = hostsOf({ addresses: () => [] }, { ...doors, apiAddress: '0.0.0.0' })
    assert.ok(hosts.includes('127.0.0.1'))
    assert.ok(hosts.every((host) => !host.includes(':') && host !== '0.0.0.0'))
  })

  it('is told of where no issuer of a mesh certifies it', () => {
    assert.equal(uncertifiedNote(doors), null)
    assert.equal(uncertifiedNote({ ...doors, apiAddress: '192.168.1.4' }), null)
    const note = uncertifiedNote({ ...doors, apiAddress: '203.0.113.7', metricsPort: 9090 })
    assert.match(note ?? '', /not good for 203\.0\.113\.7: .*--tls-certificate FILE --tls-key FILE\.$/)
  })
})
