import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { chinesePages, guideOf, guidePages } from './guide.ts';

const docs = join(import.meta.dirname, '../../../../infra/docs');

test('every view leads to a page of the documentation that there is, in Chinese where that is there', () => {
  for (const [path, page] of guidePages) {
    expect(guideOf(path, 'en')).toBe(`/docs/guide/${page}.html`);
    expect([page, existsSync(join(docs, `${page}.md`))]).toEqual([page, true]);
    expect([page, existsSync(join(docs, 'zh', `${page}.md`))]).toEqual([page, chinesePages.includes(page)]);
  }
  expect(guideOf('/admin/servers/x', 'zh-CN')).toBe('/docs/guide/gpu-machines.html');
  expect(guideOf('/create/text2img', 'zh-CN')).toBe('/docs/guide/zh/create.html');
  expect(guideOf('/wall', 'en')).toBe('/docs/guide/index.html');
});
