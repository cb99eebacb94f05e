import assert from 'node:assert/strict'
import { methodOf, openApiDocument, ROUTES, type Route } from '../../../protocols/control/index.ts'
import { ERRORS } from '../../../protocols/errors/index.ts'

const routes: Readonly<Record<string, Route>> = ROUTES
const document = openApiDocument(routes, '1.2.3')

describe('OpenAPI document', () => {
  it('has the form of 3.1 and survives JSON', () => {
    assert.match(document.openapi, /^3\.1\./)
    assert.equal(document.info.version, '1.2.3')
    assert.deepEqual(JSON.parse(JSON.stringify(document)).info, document.info)
  })

  it('describes every route of the table, and no other', () => {
    const described = Object.entries(document.paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((verb) => `${verb.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ':$1')}`),
    )
    assert.deepEqual(described.sort(), Object.keys(routes).sort())
  })

  it('gives each operation a name of its own, its parameters, an answer and the errors of the table', () => {
    const names = new Set<string>()
    for (const [key, route] of Object.entries(routes)) {
      const { verb, path } = methodOf(key)
      const operation = document.paths[path.replace(/:(\w+)/g, '{$1}')]?.[verb.toLowerCase()]
      assert.ok(operation, key)
      names.add(operation.operationId)
      assert.deepEqual(
        operation.parameters.filter((parameter) => parameter.in === 'path').map(({ name }) => name),
        [...path.matchAll(/:(\w+)/g)].map(([, name]) => name),
        `${key} names the parameters of its path`,
      )
      assert.equal(operation.requestBody === undefined, route.body === null, key)
      assert.ok(operation.responses['200'], key)
      for (const code of route.errors) {
        const response = operation.responses[String(ERRORS[code].http)]
        assert.ok(response?.description.includes(code), `${key} documents ${code}`)
      }
    }
    assert.equal(names.size, Object.keys(routes).length)
  })

  it('asks for the token everywhere but on the open routes', () => {
    const open = Object.entries(document.paths)
      .filter(([, operations]) => Object.values(operations).some(({ security }) => security.length === 0))
      .map(([path]) => path)
    const logins = ['password', 'challenge', 'key', 'refresh'].map((way) => `/v1/login/${way}`)
    assert.deepEqual(open, ['/health', '/ready', ...logins])
  })

  it('refers only to schemas that it holds', () => {
    const references = JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)
    const schemas = document.components.schemas as Record<string, unknown>
    for (const [, name] of references) assert.ok(schemas[name as string], name)
  })
})
