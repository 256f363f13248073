import { describe, expect, test } from 'vitest';
import { findFile, findTwins, locateFiles } from './modelFiles.ts';

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
    const offered = [`a/${wanted}`, `b\\${wanted.toUpperCase()}`, 'other.safetensors'];
    expect(find(offered)).toBeUndefined();
    expect(findTwins(offered, 'controlnet', wanted)).toEqual(offered.slice(0, 2));
    expect(findTwins([`a/${wanted}`], 'controlnet', wanted)).toEqual([]);
    expect(find([...offered, 'mine.pth'], { [`controlnet/${wanted}`]: 'mine.pth' })).toBe('mine.pth');
  });

  test("is found at the operator's place, if the server offers it there", () => {
    const fileNames = { [`controlnet/${wanted}`]: 'mine/edges.pth' };
    expect(find([wanted, 'mine/edges.pth'], fileNames)).toBe('mine/edges.pth');
    expect(find([wanted], fileNames)).toBe(wanted);
    expect(find(['mine/edges.pth'], { 'controlnet/else': 'mine/edges.pth' })).toBeUndefined();
  });
});

describe('a file in another precision', () => {
  const usual = 'v1-5-pruned-emaonly-fp16.safetensors';
  const [second, third] = ['v1-5-pruned-emaonly.safetensors', 'v1-5-pruned-emaonly.ckpt'];
  const findCheckpoint = (offered: string[], name = usual, fileNames?: Record<string, string>) =>
    findFile(offered, 'checkpoints', name, fileNames);

  test('is used where the usual one is missing, the first that there is', () => {
    expect(findCheckpoint([third, second, usual])).toBe(usual);
    expect(findCheckpoint([third, `sd15\\${usual}`, second])).toBe(`sd15\\${usual}`);
    expect(findCheckpoint([third, second])).toBe(second);
    expect(findCheckpoint([third, `sd15\\${second}`])).toBe(`sd15\\${second}`);
    expect(findCheckpoint([third])).toBe(third);
  });

  test("comes after the operator's name, which may be set for it too", () => {
    const mine = ['mine.safetensors', second, usual];
    expect(findCheckpoint(mine, usual, { [`checkpoints/${usual}`]: 'mine.safetensors' })).toBe(
      'mine.safetensors',
    );
    expect(
      findCheckpoint(['mine.safetensors'], usual, { [`checkpoints/${third}`]: 'mine.safetensors' }),
    ).toBe('mine.safetensors');
  });

  test('never replaces a precision that was asked for by name', () => {
    expect(findCheckpoint([usual, third], second)).toBeUndefined();
  });

  test('is no file of another folder', () => {
    expect(findFile([second], 'loras', usual, undefined)).toBeUndefined();
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
