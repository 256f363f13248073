import { describe, expect, test } from 'vitest';
import type { ObjectInfo } from '../graph/objectInfo.ts';
import { ManifestError, parseManifest } from '../manifest.ts';
import { sampleManifest, sampleTextManifest } from '../testing/sampleManifest.ts';
import { fullObjectInfo } from '../testing/testObjectInfo.ts';

function faultsOf(document: unknown, objectInfos: readonly ObjectInfo[]): unknown {
  try {
    parseManifest(document, { objectInfos });
    return [];
  } catch (error) {
    return error instanceof ManifestError ? error.faults : error;
  }
}

/** An empty latent of a size that a person chooses. */
function sized(width: object) {
  const manifest = sampleTextManifest('blank', 1);
  return {
    ...manifest,
    params: {
      ...manifest.params,
      properties: { ...manifest.params.properties, width: { type: 'integer', title: 'Width', ...width } },
    },
    binding: { ...manifest.binding, width: '5.width' },
  };
}

function without(classType: string): ObjectInfo {
  const { [classType]: _gone, ...others } = fullObjectInfo;
  return others;
}

/** A server with larger empty latents. */
const wider: ObjectInfo = {
  ...fullObjectInfo,
  EmptyImage: {
    ...fullObjectInfo.EmptyImage,
    input: {
      required: { ...fullObjectInfo.EmptyImage?.input.required, width: ['INT', { min: 1, max: 65_536 }] },
    },
    output: ['IMAGE'],
  },
};

describe('of a document, a pool refuses', () => {
  test.each([
    [
      'a default beyond what the node takes',
      { minimum: 1, maximum: 20_000, default: 20_000 },
      ['/graph/5/inputs/width', '/params/properties/width/maximum'],
    ],
    [
      'a maximum beyond it',
      { minimum: 1, maximum: 20_000, default: 512 },
      ['/params/properties/width/maximum'],
    ],
    ['a minimum below it', { minimum: 0, maximum: 512, default: 512 }, ['/params/properties/width/minimum']],
    ['a choice beyond it', { enum: [512, 20_000], default: 512 }, ['/params/properties/width/enum']],
  ])('%s', (_, width, pointers) => {
    const faults = pointers.map((pointer) => ({ pointer, message: expect.stringContaining('16384') }));
    expect(faultsOf(sized(width), [fullObjectInfo])).toEqual(faults);
  });
});

describe('a document is taken', () => {
  const large = sized({ minimum: 1, maximum: 20_000, default: 512 });

  test('when one server of several fits it', () => {
    expect(faultsOf(large, [fullObjectInfo, wider])).toEqual([]);
  });

  test('when no server has all of its classes to check it', () => {
    expect(faultsOf(large, [without('KSampler')])).toEqual([]);
    expect(faultsOf(large, [])).toEqual([]);
  });

  test('and a server without its classes proves nothing for others', () => {
    expect(faultsOf(large, [without('KSampler'), fullObjectInfo])).not.toEqual([]);
  });

  test('whose model file no server has', () => {
    const document = sampleManifest();
    Object.assign(document.params.properties.model ?? {}, { default: 'new.safetensors' });
    expect(faultsOf(document, [fullObjectInfo])).toEqual([]);
  });
});
