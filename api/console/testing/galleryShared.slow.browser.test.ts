import { untilAnswered, untilCount } from '@star-graph/api/testing/calls/pageWaits';
import { test } from 'vitest';
import { signIn } from './consoleSetup.ts';
import { galleryFixture } from './galleryFixture.ts';

const gallery = galleryFixture();
const { setup, call, upload } = gallery;

test('by a link somebody signs in, joins a collection, adds a picture and leaves again', async () => {
  const { page, person: ann } = await setup.openSignedIn('/queue');
  const { id } = (await call(ann.accessToken, '/collections', { name: 'Winter trip' })).body;
  await call(ann.accessToken, `/collections/${id}/additions`, { ids: [await upload(ann.accessToken)] });
  await page.goto(`${setup.platform.url}/collections/${id}`);
  await page.getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('menuitem', { name: 'Share collection' }).click();
  await page.getByRole('button', { name: 'Create link' }).click();
  const link = await page.locator('.share input[readonly]').inputValue();

  const bob = await setup.platform.signUp();
  await upload(bob.accessToken);
  const other = await setup.open(new URL(link).pathname + new URL(link).hash);
  await signIn(other, bob);
  await other.getByText('Winter trip').waitFor();
  await other.getByRole('button', { name: 'Join' }).click();
  const seen = other.locator('.explore-list > li');
  await untilCount(seen, 1);
  await other.goto(`${setup.platform.url}/gallery`);
  await gallery.tiles(other).getByRole('checkbox').click();
  await other.getByRole('button', { name: 'Add to collection' }).click();
  await untilAnswered(other, `POST /api/v1/collections/${id}/additions`, () =>
    other.getByRole('menuitem', { name: 'Winter trip' }).click(),
  );

  await page.goto(`${setup.platform.url}/collections/${id}`);
  await untilCount(page.locator('.explore-list > li'), 2);
  await page.getByRole('link', { name: `Picture, ${bob.username}` }).click();
  await page.locator('.publication-media img').waitFor();
  await page.getByRole('button', { name: 'Report' }).waitFor();

  await page.keyboard.press('Escape');
  // Both are chosen; the other's is asked about, and stays with them.
  await page.getByRole('checkbox').first().click();
  await page.getByRole('button', { name: 'Select all' }).click();
  await page.getByText('2 selected').waitFor();
  await page.getByRole('button', { name: 'Clear selection' }).click();
  await page.getByRole('checkbox', { name: `Select: Picture, ${bob.username}` }).click();
  await page.getByRole('button', { name: 'Remove', exact: true }).click();
  await page.getByRole('alertdialog').getByText('One of them is somebody else’s.').waitFor();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Remove', exact: true }).click();
  await untilCount(page.locator('.explore-list > li'), 1);
  const kept = (await call(bob.accessToken, '/assets')).body.items[0].id;
  await call(bob.accessToken, `/collections/${id}/additions`, { ids: [kept] });

  await other.goto(`${setup.platform.url}/collections`);
  await other.getByRole('heading', { name: 'Shared with me' }).waitFor();
  await other.getByRole('link', { name: 'Winter trip' }).click();
  await untilCount(seen, 2);
  await other.getByRole('button', { name: 'More actions' }).click();
  await other.getByRole('menuitem', { name: 'Leave collection' }).click();
  await other.getByRole('alertdialog').getByRole('button', { name: 'Leave collection' }).click();
  await other.waitForURL(`${setup.platform.url}/collections`);
  await page.reload();
  await untilCount(page.locator('.explore-list > li, .tile'), 1);
});

test('the people of a group have what is shared with it, without a link, while they are in it', async () => {
  const { page, person: ann } = await setup.openSignedIn('/queue');
  const bob = await setup.platform.signUp();
  const { api } = setup.platform;
  const admin = await api.signInAsAdmin();
  const { id } = (await call(ann.accessToken, '/collections', { name: 'Harbour' })).body;
  await call(ann.accessToken, `/collections/${id}/additions`, { ids: [await upload(ann.accessToken)] });
  const group = `Design ${id.slice(-6)}`;
  const put = async ({ accessToken }: { accessToken: string }, groups: string[], was: string[]) => {
    const { id: userId } = (await call(accessToken, '/users/profile')).body;
    await api.call(`/api/admin/users/${userId}/groups`, {
      token: admin,
      method: 'PUT',
      body: { groups, was },
    });
  };
  for (const one of [ann, bob]) await put(one, [group], []);
  await page.goto(`${setup.platform.url}/collections/${id}`);
  await page.getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('menuitem', { name: 'Share collection' }).click();
  await page.getByRole('button', { name: 'Add group' }).click();
  await page.getByRole('menuitem', { name: group }).click();
  await page.getByLabel('People').getByText(group).waitFor();
  await page.getByText('2 people').waitFor();

  const other = await setup.open('/collections');
  await signIn(other, bob);
  await other.getByRole('link', { name: 'Harbour' }).click();
  await untilCount(other.locator('.explore-list > li'), 1);
  // Nothing is there for who only looks, by a group that is not left here.
  await untilCount(other.getByRole('button', { name: 'More actions' }), 0);
  await page.getByRole('combobox', { name: `What ${group} can do` }).click();
  await page.getByRole('option', { name: 'Edit' }).click();
  await other.reload();
  await other.getByRole('button', { name: 'More actions' }).click();
  await other.getByRole('menuitem', { name: 'Rename' }).waitFor();
  await untilCount(other.getByRole('menuitem', { name: 'Leave collection' }), 0);
  await put(bob, [], [group]);
  await other.goto(`${setup.platform.url}/collections`);
  await other.getByText('No collections yet').waitFor();
});
