import { beforeEach, expect, test, vi } from 'vitest';
import { fakeBrowser } from 'wxt/testing/fake-browser';

vi.stubGlobal('browser', fakeBrowser);
const { createStoredItem } = await import('./storedItem.ts');

beforeEach(() => fakeBrowser.reset());

test('what is stored is read again, in its own area, until it is removed', async () => {
  const [kept, other] = [createStoredItem<number>('local', 'size'), createStoredItem('session', 'size', 7)];
  expect([await kept.getValue(), await other.getValue()]).toEqual([null, 7]);
  await kept.setValue(0);
  expect([await kept.getValue(), await other.getValue()]).toEqual([0, 7]);
  await kept.removeValue();
  expect(await kept.getValue()).toBeNull();
});

test('a change is told with what was before, and what is written again as it was is none', async () => {
  const item = createStoredItem<{ sites: string[] }>('local', 'rules', { sites: [] });
  const told: unknown[] = [];
  const end = item.watch((value, before) => told.push([value.sites, before.sites]));
  await createStoredItem('local', 'size').setValue(3);
  await item.setValue({ sites: ['a'] });
  await item.setValue({ sites: ['a'] });
  await item.removeValue();
  end();
  await item.setValue({ sites: ['b'] });
  expect(told).toEqual([
    [['a'], []],
    [[], ['a']],
  ]);
});
