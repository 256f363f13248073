import { describe, expect, test } from 'vitest';
import { parseConfig } from './config.ts';

const defaults = { dataDirectory: '/data', modelsFile: '/models.json', workerThreads: 2 };

describe('configuration', () => {
  test('takes flags before the environment, and the environment before defaults', () => {
    const config = parseConfig(
      ['--port', '8188', '--simulate'],
      { PREVIEW_BACKEND_PORT: '9', PREVIEW_BACKEND_PROTOCOL: '0.3.64', PREVIEW_BACKEND_INSTANT: 'true' },
      defaults,
    );
    expect(config).toMatchObject({
      host: '127.0.0.1',
      port: 8188,
      protocol: '0.3.64',
      dataDirectory: '/data',
      previews: false,
      maxUploadBytes: 104_857_600,
      simulation: { enabled: true, instant: true, vramBytes: null },
    });
  });

  test('requires one proof of the caller and explains its form', () => {
    const gateOf = (...flags: string[]) => parseConfig(flags, {}, defaults).gate;
    expect(gateOf()).toBeUndefined();
    expect(gateOf('--require-basic', 'me:a:b')).toEqual({ kind: 'basic', pair: 'me:a:b' });
    expect(gateOf('--require-header', 'X-Key: a b')).toEqual({ kind: 'header', name: 'X-Key', value: 'a b' });
    expect(() => gateOf('--require-basic', 'me')).toThrow('user:password');
    expect(() => gateOf('--require-header', 'X-Key')).toThrow('Name: value');
    expect(() => gateOf('--require-basic', 'a:b', '--require-bearer', 'c')).toThrow('Give one of');
  });

  test('names every fault at once', () => {
    const parse = () =>
      parseConfig(['--port', '99999', '--protocol', '1.0', '--threads', 'many'], {}, defaults);
    expect(parse).toThrow(/--port[\s\S]*--protocol[\s\S]*--threads/);
  });
});
