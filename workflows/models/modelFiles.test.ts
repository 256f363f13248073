import { describe, expect, test } from 'vitest';
import { findFile, locateFiles } from './modelFiles.ts';

const wanted = 'control_v11p_sd15_canny_fp16.safetensors';
const find = (offered: string[], fileNames?: Record<string, string>) =>
  findFile(offered, 'controlnet', wanted, fileNames);

describe('a model file', () => {
  test('is found under its own name before any other', () => {
    expect(find([`sd15/${wanted}`, wanted])).toBe(wanted);
  });

  test.each([`sd15/${wanted}`, `SD15\\${wanted}`, `a/b/${wanted.toUpperCase()}`])(
    'is found in a sub-folder, as in %s',
    (name) => expect(find(['other.safetensors', name])).toBe(name),
  );

  test('is not found when two files share its name', () => {
    expect(find([`a/${wanted}`, `b/${wanted}`])).toBeUndefined();
  });

  test("is found at the operator's place, if the server offers it there", () => {
    const fileNames = { [`controlnet/${wanted}`]: 'mine/edges.pth' };
    expect(find([wanted, 'mine/edges.pth'], fileNames)).toBe('mine/edges.pth');
    expect(find([wanted], fileNames)).toBe(wanted);
    expect(find(['mine/edges.pth'], { 'controlnet/else': 'mine/edges.pth' })).toBeUndefined();
  });
});

test("a graph gets the server's names and is otherwise unchanged", () => {
  const graph = {
    '1': { class_type: 'ControlNetLoader', inputs: { control_net_name: wanted } },
    '2': { class_type: 'VAELoader', inputs: { vae_name: 'absent.safetensors' } },
    '3': { class_type: 'CLIPTextEncode', inputs: { text: wanted, clip: ['1', 0] } },
    '4': { class_type: 'NotInstalled', inputs: { control_net_name: wanted } },
  };
  const classes = {
    ControlNetLoader: { inputs: { control_net_name: { choices: [`sd15/${wanted}`] } } },
    VAELoader: { inputs: { vae_name: { choices: ['other.safetensors'] } } },
    CLIPTextEncode: { inputs: { text: { choices: [`sd15/${wanted}`] } } },
  };
  expect(locateFiles(graph, { classes })).toEqual({
    ...graph,
    '1': { class_type: 'ControlNetLoader', inputs: { control_net_name: `sd15/${wanted}` } },
  });
});
