import assert from 'node:assert/strict'
import { isCoterieError } from '../../../protocols/errors/index.ts'
import { spec } from '../../crdt/authors.ts'
import { createDesk } from './desk.ts'

const WEB = { project: 'shop', name: 'web' }

describe('one service', () => {
  /** A desk whose web service had these images. */
  const withImages = async (...images: string[]) => {
    const world = createDesk()
    for (const image of images) {
      await world.ask({ specs: [spec('web', image)] })
      world.accept()
    }
    return world
  }

  it('comes with its revisions, newest first, each with what it changed', async () => {
    const { desk } = await withImages('nginx:1', 'nginx:2', 'nginx:3')
    const { service, spec: head, history } = desk.service(WEB)
    assert.equal(head?.image, 'nginx:3')
    assert.equal(history[0]?.revision, service.revision)
    assert.deepEqual(
      history.map(({ spec: kept, fields }) => [kept?.image, fields?.map(({ from, to }) => `${from} ${to}`)]),
      [
        ['nginx:3', ['nginx:2 nginx:3']],
        ['nginx:2', ['nginx:1 nginx:2']],
        ['nginx:1', undefined],
      ],
    )
  })

  it('says so where a revision has not arrived', async () => {
    const { desk, lose } = await withImages('nginx:1', 'nginx:2')
    lose(desk.service(WEB).history[1]?.revision as string)
    const { history } = desk.service(WEB)
    assert.deepEqual([history[1]?.written, history[1]?.spec, history[0]?.fields], [null, null, null])
  })

  it('that is unknown or removed is refused', async () => {
    const { desk, ask, accept } = await withImages('nginx:1')
    await ask({ remove: ['web'] })
    accept()
    for (const ask of [() => desk.service(WEB), () => desk.explain(WEB, null)])
      assert.throws(ask, (error) => isCoterieError(error, 'serviceUnknown'))
  })
})
