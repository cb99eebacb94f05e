import assert from 'node:assert/strict'
import {
  imageReference,
  parseImageName,
  pinImage,
  registryKey,
  unpinnedImage,
} from '../../../protocols/spec/index.ts'

const DIGEST = `sha256:${'a'.repeat(64)}`

describe('the name of an image', () => {
  const names: [
    image: string,
    registry: string,
    repository: string,
    tag: string | null,
    reference: string,
  ][] = [
    ['web', 'docker.io', 'library/web', null, 'web'],
    ['shop/web:1', 'docker.io', 'shop/web', '1', 'shop/web:1'],
    ['ghcr.io/shop/web:1', 'ghcr.io', 'shop/web', '1', 'ghcr.io/shop/web:1'],
    ['localhost/web', 'localhost', 'web', null, 'localhost/web'],
    ['attic.lan:5000/web:1', 'attic.lan:5000', 'web', '1', 'attic.lan:5000/web:1'],
    [`attic:5000/a/b:1@${DIGEST}`, 'attic:5000', 'a/b', '1', `attic:5000/a/b@${DIGEST}`],
    [`web@${DIGEST}`, 'docker.io', 'library/web', null, `web@${DIGEST}`],
  ]
  for (const [image, registry, repository, tag, reference] of names) {
    it(`is read as Docker reads it: ${image}`, () => {
      const digest = image.includes('@') ? DIGEST : null
      assert.deepEqual(parseImageName(image), { registry, repository, tag, digest })
      assert.equal(imageReference(image), reference)
      assert.equal(unpinnedImage(pinImage(image, DIGEST)), unpinnedImage(image))
      assert.equal(parseImageName(pinImage(image, DIGEST)).digest, DIGEST)
    })
  }

  it('has a registry that is one under all its names', () => {
    for (const name of ['docker.io', 'https://index.docker.io/v1/', 'registry-1.docker.io'])
      assert.equal(registryKey(name), 'docker.io')
    assert.equal(registryKey('https://GHCR.io/v2/'), 'ghcr.io')
  })
})
