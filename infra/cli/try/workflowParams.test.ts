import { expect, test } from 'vitest';
import { parseValue, readParams } from './workflowParams.ts';

test('a model is given by its name in either language or by its file', () => {
  const names = { 'a.safetensors': { en: 'Old Harbour', 'zh-CN': '旧港湾' } };
  const model = { type: 'string', enum: ['a.safetensors', 'b.ckpt'], 'x-names': names };
  const [param] = readParams({ properties: { model } });
  if (!param) throw new Error('the schema has a parameter');
  for (const text of ['old harbour', '旧港湾', 'a.safetensors'])
    expect(parseValue(param, text)).toBe('a.safetensors');
  expect(() => parseValue(param, 'nothing')).toThrow('Choose one of: Old Harbour (a.safetensors), b.ckpt.');
});
