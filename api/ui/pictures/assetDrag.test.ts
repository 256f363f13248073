import { expect, test } from 'vitest';
import { readDropped } from './assetDrag.ts';

const ours = 'application/x-star-graph-asset';
const transferOf = (data: Record<string, string>, files: File[] = []) => ({
  files,
  getData: (type: string) => data[type] ?? '',
});
const read = (data: Record<string, string>, files: File[] = []) =>
  readDropped(transferOf(data, files), 'image');
const picture = new File(['x'], 'hills.png', { type: 'image/png' });

test('our own picture is taken by its name, and nothing is uploaded twice', () => {
  const asset = { assetId: 'a', url: 'https://files/a', width: 8, height: 6 };
  expect(read({ [ours]: JSON.stringify(asset), 'text/uri-list': 'https://files/a' }, [picture])).toEqual({
    kind: 'asset',
    asset,
  });
});

test('a page that offers data under our name brings no script and no further fields', () => {
  const hostile = { assetId: 'a', url: 'javascript:alert(1)', width: '8', over: 'b', extra: true };
  expect(read({ [ours]: JSON.stringify(hostile) })).toEqual({ kind: 'asset', asset: { assetId: 'a' } });
  expect(read({ [ours]: '{"assetId":7}' })).toBeUndefined();
  expect(read({ [ours]: 'no JSON', 'text/uri-list': 'javascript:alert(1)' })).toBeUndefined();
});

test('words that are one link stand for its picture, other words do not', () => {
  const link = { kind: 'url', url: 'https://a.example/x.png?b=1' };
  expect(read({ 'text/plain': ' https://a.example/x.png?b=1\n' })).toEqual(link);
  for (const words of ['a pier', 'see https://a.example/x.png', 'https://', 'ftp://a.example/x.png'])
    expect(read({ 'text/plain': words })).toBeUndefined();
});

test('files of another kind are left, and an address is taken where there is no file', () => {
  const text = new File(['x'], 'notes.txt', { type: 'text/plain' });
  expect(read({}, [text])).toBeUndefined();
  expect(read({}, [text, picture])).toEqual({ kind: 'file', file: picture });
  expect(read({ 'text/uri-list': 'https://a.example/x.png\nhttps://b.example' })).toEqual({
    kind: 'url',
    url: 'https://a.example/x.png',
  });
});
