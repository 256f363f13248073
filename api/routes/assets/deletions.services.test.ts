import type { DeletedAssetView } from '@star-graph/contract/assets/assetList';
import { Asset } from '@star-graph/core/ground/db/models/asset';
import { createTwoColours } from '@star-graph/core/testing/pictures';
import { expect, test } from 'vitest';
import { codeOf } from '../../testing/servers/apiServer.ts';
import { memberFixture } from '../../testing/servers/memberServer.ts';

const { platform, api } = memberFixture({ FAVOURITES_PER_USER: '2' });

async function newPerson() {
  const { accessToken: token } = await api.signUp();
  const ask = (what: 'deletions' | 'restorations', ids: string[]) =>
    api.call(`/api/v1/assets/${what}`, { token, body: { ids } });
  return {
    token,
    remove: async (...ids: string[]) => (await ask('deletions', ids)).body.ids,
    restore: async (...ids: string[]) => (await ask('restorations', ids)).body.ids,
    /** What the person is shown, the newest first. */
    async shown() {
      const { items } = (await api.call('/api/v1/assets?limit=200', { token })).body;
      return items.map(({ id }: { id: string }) => id);
    },
    /** A picture with its bytes; favourites have to be results. */
    async picture({ isFavourite = false } = {}): Promise<string> {
      const form = new FormData();
      const bytes = await createTwoColours(16, 16).png().toBuffer();
      form.append('file', new Blob([new Uint8Array(bytes)], { type: 'image/png' }), 'a.png');
      const { id } = (await api.call('/api/v1/assets', { token, body: form })).body;
      if (!isFavourite) return id;
      await rows().findById(id).patch({ kind: 'output' });
      await api.call(`/api/v1/assets/${id}/favourite`, { token, method: 'PUT' });
      return id;
    },
    /** What can be taken back, page by page. */
    async deleted(limit = 60) {
      const found: DeletedAssetView[] = [];
      for (let cursor = ''; ; ) {
        const { items, nextCursor } = (
          await api.call(`/api/v1/assets/deletions?limit=${limit}${cursor}`, { token })
        ).body;
        found.push(...items);
        if (nextCursor === null) return found;
        cursor = `&cursor=${nextCursor}`;
      }
    },
    favourites: async () =>
      (await api.call('/api/v1/favourites', { token })).body.items.map(
        ({ asset }: { asset: { id: string } }) => asset.id,
      ),
  };
}

const idsOf = (found: readonly { id: string }[]) => found.map(({ id }) => id);

const fetchFile = (url: string) => api.call(new URL(url).pathname + new URL(url).search);

const rows = () => Asset.query(platform.db.database);

test('a deletion is taken back whole, however often it is sent', async () => {
  const ann = await newPerson();
  const ids = [await ann.picture({ isFavourite: true }), await ann.picture(), await ann.picture()];
  const [favourite = '', second = '', third = ''] = ids;
  for (let time = 0; time < 2; time++) {
    expect((await ann.remove(favourite, second)).toSorted()).toEqual([favourite, second].toSorted());
    expect([await ann.shown(), await ann.favourites()]).toEqual([[third], []]);
  }
  for (let time = 0; time < 2; time++) {
    expect((await ann.restore(favourite, second)).toSorted()).toEqual([favourite, second].toSorted());
    expect([await ann.shown(), await ann.favourites()]).toEqual([ids.toReversed(), [favourite]]);
  }
  const { url } = (await api.call(`/api/v1/assets/${second}`, { token: ann.token })).body;
  expect((await fetchFile(url)).status).toBe(200);
});

test('a deletion of one is taken back like that of several', async () => {
  const ann = await newPerson();
  const id = await ann.picture();
  const path = `/api/v1/assets/${id}`;
  const { url } = (await api.call(path, { token: ann.token })).body;
  expect((await api.call(path, { token: ann.token, method: 'DELETE' })).status).toBe(204);
  expect((await api.call(path, { token: ann.token, method: 'DELETE' })).status).toBe(404);
  expect((await fetchFile(url)).status).toBe(404);
  expect(await ann.restore(id)).toEqual([id]);
  expect((await fetchFile(url)).status).toBe(200);
});

test('a deletion is final after its day', async () => {
  const ann = await newPerson();
  const id = await ann.picture();
  await ann.remove(id);
  const { restorableUntil } = (await rows().findById(id)) ?? {};
  expect(restorableUntil?.getTime()).toBeGreaterThan(Date.now() + 23 * 3_600_000);
  await rows().findById(id).patch({ restorableUntil: new Date() });
  expect([await ann.restore(id), await ann.remove(id), await ann.shown()]).toEqual([[], [], []]);
});

test('nobody deletes or restores what is another person’s', async () => {
  const [ann, bob] = [await newPerson(), await newPerson()];
  const [id, own] = [await ann.picture(), await bob.picture()];
  expect(await bob.remove(id, own)).toEqual([own]);
  expect(await ann.shown()).toEqual([id]);
  await ann.remove(id);
  expect(await bob.restore(id, own)).toEqual([own]);
  expect(await ann.shown()).toEqual([]);
});

test('what is withheld, or whose bytes are gone, is not restored', async () => {
  const ann = await newPerson();
  const [withheld, lost] = [await ann.picture(), await ann.picture()];
  await rows()
    .findById(lost)
    .patch({ storageKey: `inputs/gone/${'0'.repeat(64)}.png` });
  await ann.remove(withheld, lost);
  await rows().findById(withheld).patch({ quarantinedAt: new Date() });
  expect(await ann.restore(withheld, lost)).toEqual([]);
  expect(await rows().findByIds([withheld, lost]).whereNull('deletedAt')).toEqual([]);
});

test('a restoration makes no more favourites than a person may have', async () => {
  const ann = await newPerson();
  const old = [await ann.picture({ isFavourite: true }), await ann.picture({ isFavourite: true })];
  await ann.remove(...old);
  await ann.picture({ isFavourite: true });
  expect((await ann.restore(...old)).toSorted()).toEqual(old.toSorted());
  expect(await ann.favourites()).toHaveLength(2);
});

test('what can be taken back is listed once, the last deleted first', async () => {
  const [ann, bob] = [await newPerson(), await newPerson()];
  const ids: string[] = [];
  for (let index = 0; index < 5; index++) ids.push(await ann.picture());
  const [first = '', second = '', third = '', fourth = '', kept = ''] = ids;
  const foreign = await bob.picture();
  await bob.remove(foreign);
  await ann.remove(third);
  // Both at one moment, and the older picture later in the list.
  await ann.remove(first, fourth);
  await ann.remove(second);
  const order = [second, fourth, first, third];
  for (const limit of [1, 2, 3, 60]) expect(idsOf(await ann.deleted(limit)), `${limit}`).toEqual(order);
  expect(idsOf(await bob.deleted())).toEqual([foreign]);
  const [found] = await ann.deleted();
  expect(Date.parse(found?.restorableUntil ?? '')).toBeGreaterThan(Date.now() + 23 * 3_600_000);
  await ann.restore(second, first);
  expect(idsOf(await ann.deleted())).toEqual([fourth, third]);
  expect(await ann.shown()).toEqual([kept, second, first]);
  const refused = await api.call('/api/v1/assets/deletions?cursor=abc', { token: ann.token });
  expect([refused.status, codeOf(refused)]).toEqual([422, 'invalid-params']);
});

test('what is withheld, final or removed by others is not listed as deleted', async () => {
  const ann = await newPerson();
  const ids = [await ann.picture(), await ann.picture(), await ann.picture(), await ann.picture()];
  const [withheld = '', final = '', removed = '', own = ''] = ids;
  await ann.remove(...ids);
  await rows().findById(withheld).patch({ quarantinedAt: new Date() });
  await rows().findById(final).patch({ restorableUntil: new Date() });
  await rows().findById(removed).patch({ restorableUntil: null });
  expect(idsOf(await ann.deleted())).toEqual([own]);
});

test('the links of a deleted picture work only from its list, until its end', async () => {
  const ann = await newPerson();
  const id = await ann.picture();
  const { url: before } = (await api.call(`/api/v1/assets/${id}`, { token: ann.token })).body;
  await ann.remove(id);
  const [found] = await ann.deleted();
  const url = found?.url ?? '';
  expect([(await fetchFile(before)).status, (await fetchFile(url)).status]).toEqual([404, 200]);
  const forged = new URL(before);
  forged.searchParams.set('deleted', '1');
  expect((await fetchFile(forged.href)).status).toBe(403);
  const plain = new URL(url);
  plain.searchParams.delete('deleted');
  expect((await fetchFile(plain.href)).status).toBe(403);
  for (const end of [
    { quarantinedAt: new Date() },
    { restorableUntil: new Date() },
    { restorableUntil: null },
  ]) {
    await rows().findById(id).patch(end);
    expect([end, (await fetchFile(url)).status]).toEqual([end, 404]);
    await rows()
      .findById(id)
      .patch({ quarantinedAt: null, restorableUntil: new Date(Date.now() + 3_600_000) });
    expect((await fetchFile(url)).status).toBe(200);
  }
});
