import { Asset } from '@star-graph/core/db/models/asset';
import { createTwoColours } from '@star-graph/core/testing/pictures';
import { expect, test } from 'vitest';
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
    favourites: async () =>
      (await api.call('/api/v1/favourites', { token })).body.items.map(
        ({ asset }: { asset: { id: string } }) => asset.id,
      ),
  };
}

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
