import assert from 'node:assert/strict'
import { createContext, runInContext } from 'node:vm'
import { browserAsset } from '../../../node/gateway/index.ts'
import { CoterieError, errorBody } from '../../../protocols/errors/index.ts'

describe('what the browser loads', () => {
  it('has a service worker that is one classic script', async () => {
    const script = await browserAsset('signaling/browser/worker')
    assert.ok(script !== null)
    assert.doesNotMatch(script, /^\s*(import|export)\b/m)
    const listened: string[] = []
    const scope = {
      location: { hostname: 'web.localhost' },
      addEventListener: (type: string) => listened.push(type),
    }
    runInContext(script, createContext({ self: scope }))
    assert.deepEqual(listened.sort(), ['activate', 'fetch', 'install', 'message'])
  })

  it('says the words of the table in the two errors that the worker finds itself', async () => {
    const script =
      (await browserAsset('signaling/browser/worker'))?.replaceAll('$' + '{service}', 'NAME') ?? ''
    for (const error of [
      new CoterieError('channelPageMissing', { service: 'NAME' }),
      new CoterieError('gatewayUnreachable', { service: 'NAME' }),
    ]) {
      const { code, message, next } = errorBody(error)
      for (const words of [code, message, next]) assert.ok(script.includes(words), words)
    }
  })

  it('has a page whose every import is served too', async () => {
    const seen = new Set<string>()
    const visit = async (name: string): Promise<void> => {
      if (seen.has(name)) return
      seen.add(name)
      const script = await browserAsset(name)
      assert.ok(script !== null, `${name} is not served`)
      for (const [, path = ''] of script.matchAll(/^(?:import|export)\b[^']*\bfrom '([^']+)'/gm)) {
        assert.match(path, /^\./, `${name} imports ${path}, which no browser can load`)
        await visit(new URL(path, `http://x/${name}`).pathname.slice(1).replace(/\.[tj]s$/, ''))
      }
    }
    await visit('signaling/browser/page')
    assert.ok(seen.has('protocols/tunnel/machine'))
  })
})
