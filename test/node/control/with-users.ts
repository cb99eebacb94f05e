/** An API on real sockets whose users are those of the first of two nodes. */
import { createUserMesh, type UserMesh, type UserNode } from '../users/mesh.ts'
import { ask, type Fixture, type RawAnswer, startControl } from './fixture.ts'

export interface ApiWithUsers {
  readonly mesh: UserMesh
  readonly node: UserNode
  readonly fixture: Fixture
  /** Sends JSON over TCP. */
  post(path: string, body: object, access?: unknown): Promise<RawAnswer>
  close(): Promise<void>
}

export const startWithUsers = async (): Promise<ApiWithUsers> => {
  const mesh = await createUserMesh(2)
  const node = mesh.nodes[0] as UserNode
  const fixture = await startControl({ users: node.users })
  return {
    mesh,
    node,
    fixture,
    post: (path, body, access) => {
      const headers = {
        'content-type': 'application/json',
        ...(access !== undefined && { authorization: `Bearer ${access}` }),
      }
      const asked = { port: fixture.control.port, method: 'POST', path, headers }
      return ask({ ...asked, body: JSON.stringify(body) })
    },
    close: async () => {
      await fixture.stop()
      await mesh.close()
    },
  }
}
