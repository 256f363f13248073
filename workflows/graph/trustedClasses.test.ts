import { describe, expect, test } from 'vitest';
import { placeName } from '../manifest/bindingRules.ts';
import { findModelFolder } from '../models/loaders.ts';
import { allowOwnClasses } from './allowedClasses.ts';
import { readCoreDefinitions } from './coreDefinitions.ts';
import { fileInputOf } from './fileInputs.ts';
import { type NodeClassInfo, parseInputs } from './objectInfo.ts';
import { guardedClasses, isCoreModule } from './trustedClasses.ts';

const core = Object.entries(readCoreDefinitions());
const offered = ({ python_module: module, output_node: isOutput = false }: NodeClassInfo) => ({
  isCore: isCoreModule(module),
  isOutput,
});
const mayUse = allowOwnClasses([]);
const open = core.filter(([name, info]) => mayUse(name, offered(info)));

describe('of ComfyUI’s own classes, people’s graphs may use', () => {
  test('most, and none that names a place or a file of its server which nobody checks', () => {
    expect(open.length).toBeGreaterThan(500);
    const unchecked = open.flatMap(([name, { input }]) =>
      Object.entries(parseInputs(input)).flatMap(([own, { type, choices }]) => {
        const isKnown =
          own === 'filename_prefix' || fileInputOf(name) === own || findModelFolder(name, own) !== undefined;
        const isFile = type === 'COMBO' && (choices === undefined || choices.length === 0);
        return !isKnown && (isFile || placeName.test(own)) ? [`${name}.${own}`] : [];
      }),
    );
    // A text put before others; shapes of models, which every server has alike; a list of the graph's own.
    expect(unchecked).toEqual(['AddTextPrefix.prefix', 'CheckpointLoader.config_name', 'CustomCombo.choice']);
  });

  test('of those that end a graph, only those whose results are collected', () => {
    expect(open.filter(([, info]) => info.output_node).map(([name]) => name)).toEqual([
      ...['PreviewAny', 'PreviewAudio', 'PreviewImage', 'SaveAnimatedPNG', 'SaveAnimatedWEBP', 'SaveAudio'],
      ...['SaveAudioMP3', 'SaveAudioOpus', 'SaveGLB', 'SaveImage', 'SaveText', 'SaveVideo', 'SaveWEBM'],
    ]);
  });
});

test.each([
  ['KSampler', 'nodes', true],
  ['ComfySwitchNode', 'comfy_extras.nodes_logic', true],
  ['KSampler', 'custom_nodes.imposter', false],
  ['KSampler', undefined, false],
  ['GeminiNode', 'comfy_api_nodes.nodes_gemini', false],
  ['CheckpointSave', 'comfy_extras.nodes_model_merging', false],
  ['GLSLShader', 'comfy_extras.nodes_glsl', false],
])('a graph of a person may use %s of the module %s: %s', (name, module, may) => {
  expect(mayUse(name, { isCore: isCoreModule(module), isOutput: false })).toBe(may);
});

test('an installation may name a class that is not trusted', () => {
  expect(allowOwnClasses(['OurNode'])('OurNode', { isOutput: true })).toBe(true);
});

test('every guarded class exists, so that none is misspelt', () => {
  const known = new Set(core.map(([name]) => name));
  expect([...guardedClasses.keys()].filter((name) => !known.has(name))).toEqual([]);
});
