import type { ShownAsset } from '@star-graph/core/library/assets/presentAsset';
import { expect, test } from 'vitest';
import { outputsOf } from './presentRuns.ts';

const asset = (id: string, mime: string, more: Partial<ShownAsset> = {}): ShownAsset => ({
  id,
  mime,
  kind: 'output',
  width: 0,
  height: 0,
  bytes: 1,
  sha256: '',
  durationMs: null,
  frames: null,
  storageKey: '',
  thumbnailKey: null,
  position: 0,
  favourite: false,
  nodeId: '9',
  ...more,
});
const file = (filename: string, mime: string) => ({
  filename,
  subfolder: '',
  type: 'output',
  source: 'http',
  id: filename.slice(0, 1),
  'content-type': mime,
});

test('a node gives each kind under the key that clients of ComfyUI read it from', () => {
  const outputs = [
    asset('a', 'image/png', { frames: 1 }),
    asset('b', 'audio/mpeg'),
    asset('c', 'model/gltf-binary'),
    asset('d', 'text/plain', { text: 'a cat' }),
    asset('e', 'video/mp4', { nodeId: '10', frames: 9 }),
  ];
  expect(outputsOf({ outputs })).toEqual({
    9: {
      images: [file('a.png', 'image/png')],
      audio: [file('b.mp3', 'audio/mpeg')],
      '3d': [file('c.glb', 'model/gltf-binary')],
      text: ['a cat'],
    },
    10: { images: [file('e.mp4', 'video/mp4')], animated: [true] },
  });
});
