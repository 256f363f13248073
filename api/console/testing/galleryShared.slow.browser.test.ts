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
