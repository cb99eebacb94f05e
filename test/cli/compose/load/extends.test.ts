import assert from 'node:assert/strict'
import { refusal, servicesOf } from './on-paper.ts'

describe('compose: extends', () => {
  it('lays a service over another one of its file, and that over its own', () => {
    const services = servicesOf({
      'compose.yaml': `
services:
  base: {image: busybox, user: root, security_opt: ["label:role:ROLE"]}
  common: {image: alpine, extends: {service: base}, environment: {TZ: utc, PORT: 80}}
  cli: {extends: common, environment: [PORT=8080], security_opt: ["label:user:USER"]}
`,
    })
    assert.deepEqual(services.cli, {
      image: 'alpine',
      user: 'root',
      security_opt: ['label:role:ROLE', 'label:user:USER'],
      environment: { TZ: 'utc', PORT: '8080' },
    })
  })

  it('finds services of other files, whose paths begin beside them', () => {
    const services = servicesOf(
      {
        'compose.yaml': 'services: {web: {extends: {file: shared/base.yaml, service: app}}}',
        'shared/base.yaml':
          'services: {app: {extends: {file: ../more.yaml, service: x}, volumes: ["./data:/data"], env_file: a.env}}',
        'more.yaml': 'services: {x: {image: "x:$TAG", volumes: ["./conf:/conf"]}}',
        'shared/a.env': 'A=1',
      },
      { environment: { TAG: '1' } },
    )
    assert.deepEqual(services.web, {
      image: 'x:1',
      environment: { A: '1' },
      volumes: [
        { type: 'bind', source: './conf', target: '/conf' },
        { type: 'bind', source: './shared/data', target: '/data' },
      ],
    })
  })

  it('takes out and replaces by tags', () => {
    const services = servicesOf({
      'compose.yaml':
        'services: {a: {image: a, ports: ["80"], labels: {x: y}}, b: {extends: a, ports: !reset [], labels: !override {z: z}}}',
    })
    assert.deepEqual(services.b, { image: 'a', labels: { z: 'z' } })
  })

  for (const [what, files, code, message] of [
    [
      'itself',
      { 'compose.yaml': 'services:\n  a: {extends: a}\n' },
      'composeCycle',
      'compose.yaml:2:16: services.a.extends: it extends itself: a in compose.yaml -> a in compose.yaml',
    ],
    [
      'itself by way of another file',
      {
        'compose.yaml': 'services:\n  a: {extends: {file: b.yaml, service: b}}\n',
        'b.yaml': 'services: {b: {extends: {file: compose.yaml, service: a}}}',
      },
      'composeCycle',
      'b.yaml:1:25: services.b.extends: it extends itself: a in compose.yaml -> b in b.yaml -> a in compose.yaml',
    ],
    [
      'what is not there',
      { 'compose.yaml': 'services:\n  web: {image: a}\n  b: {extends: wbe}\n' },
      'composeInvalid',
      'compose.yaml:3:16: services.b.extends: there is no service wbe in compose.yaml',
    ],
    [
      'a missing file',
      { 'compose.yaml': 'services: {b: {extends: {file: c.yaml, service: c}}}' },
      'composeFileMissing',
      'compose.yaml:1:32: services.b.extends: c.yaml cannot be read: there is none',
    ],
    [
      'a URL',
      { 'compose.yaml': 'services: {b: {extends: {file: "file:///etc/c.yaml", service: c}}}' },
      'composeRemote',
      'compose.yaml:1:32: services.b.extends: file:///etc/c.yaml is no path, and nothing is fetched',
    ],
    [
      'nothing',
      { 'compose.yaml': 'services: {b: {extends: [a]}}' },
      'composeInvalid',
      'compose.yaml:1:25: services.b.extends: the name of a service is expected, or service: with file:',
    ],
  ] as const)
    it(`refuses a service that extends ${what}`, () => {
      const found = refusal(files)
      assert.deepEqual([found.code, found.message.replace(/ \(and \d+ more\)$/, '')], [code, message])
    })

  it('is bounded in steps', () => {
    const services = Array.from({ length: 50 }, (_, at) => `  s${at}: {extends: s${at + 1}}`)
    const found = refusal({ 'compose.yaml': ['services:', ...services, '  s50: {image: a}'].join('\n') })
    assert.equal(found.code, 'composeTooLarge')
  })
})
