import { createHash } from 'node:crypto';
import {
  type Person,
  type RunningPlatform,
  startPlatform,
} from '@star-graph/api/testing/servers/runningPlatform';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { acquisitionTable, svgSidePx } from './acquisitionTable.ts';
import { copyExtension } from './browsers/extensionFolder.ts';
import { type AddOnBrowser, startFirefox } from './browsers/firefox.ts';
import { hasFirefox } from './browsers/programs.ts';
import { describeSent, documentation, withFound } from './kindsFound.ts';
import { type PageServer, startPageServer } from './pages/pageServer.ts';
import { jpegPicture } from './pages/pictures.ts';
import { readPixelWidth } from './pages/shownPixels.ts';

describe.skipIf(!hasFirefox)('in Firefox, as it is shipped', () => {
  const parts = new AsyncDisposableStack();
  let platform: RunningPlatform;
  let pages: PageServer;
  let firefox: AddOnBrowser;
  let person: Person;

  beforeAll(async () => {
    const built = parts.use(await copyExtension('firefox'));
    // A test that needs a task unfinished holds it.
    platform = parts.use(await startPlatform({ isDrawing: true }));
    pages = parts.use(await startPageServer());
    firefox = parts.use(await startFirefox({ directory: built.directory }));
    person = await platform.signUp();
  });
  afterAll(() => parts.disposeAsync());

  const listTasks = async () =>
    (await platform.api.call('/api/v1/tasks?limit=100', { token: person.accessToken })).body.items;
  const readInput = async (task: { params: { image: string } }) =>
    (await platform.api.call(`/api/v1/assets/${task.params.image}`, { token: person.accessToken })).body;
  const idOf = (task: { id: string }) => task.id;
  /** Asked on a page of the add-on. */
  const listHosts = () =>
    firefox.inPage('return browser.permissions.getAll().then(({ origins }) => origins)');
  const pixelWidth = () =>
    firefox.inPage<number>(`return (${readPixelWidth})(document.querySelector('#picture'))`);

  test('signs in on its options page without a right to any site', async () => {
    await firefox.openOwnPage('/options.html');
    await firefox.type('input[name=server]', platform.url);
    await firefox.type('input[name=username]', person.username);
    await firefox.type('input[name=password]', person.password);
    await firefox.click('button[type=submit]');
    await expect
      .poll(() => firefox.inPage('return document.querySelector("[data-testid=account]")?.textContent'))
      .toContain(person.username);
    expect(await listHosts()).toEqual([]);
  });

  test("works with the click's rights alone, and says so", async () => {
    await firefox.open(pages.pageUrl('/cross'));
    await firefox.chooseFromMenu('#picture', 'Upscale 2×');
    await firefox.readQuestion();
    await firefox.answerQuestion(false);
    await expect.poll(() => firefox.readOverlay()).toContain('Screen pixels used');
    await expect.poll(() => firefox.readOverlay()).toContain('Compare');
    // The page could not have read the screen: its own picture stays, and ours covers it.
    expect(await pixelWidth()).toBe(160);
    await firefox.openOwnPage('/options.html');
    expect(await listHosts()).toEqual([]);
  });

  test('asks for both sites from the native menu, and places the result', async () => {
    await firefox.open(pages.pageUrl('/guarded'));
    expect(await pixelWidth()).toBe(160);
    const layout =
      'const { width, height } = document.querySelector("#picture").getBoundingClientRect(); return [width, height]';
    const layoutBefore = await firefox.inPage(layout);
    await firefox.chooseFromMenu('#picture', 'Upscale 2×');
    expect(await firefox.readQuestion()).toContain('127.0.0.1');
    const idsBefore = (await listTasks()).map(idOf);
    await firefox.answerQuestion(true);
    await expect.poll(pixelWidth).toBe(320);
    await expect.poll(() => firefox.inPage(layout)).toEqual(layoutBefore);
    await expect.poll(() => firefox.readOverlay()).toContain('Compare');
    await firefox.pressInOverlay('Compare');
    await expect.poll(() => firefox.readOverlay()).toMatch(/Before.*After/);
    await firefox.pressInOverlay('Show original');
    await expect.poll(pixelWidth).toBe(160);

    const [task, ...others] = await listTasks();
    expect(others.map(idOf)).toEqual(idsBefore);
    expect(task).toMatchObject({
      type: 'upscale',
      status: 'succeeded',
      outputs: [{ width: 320, height: 240 }],
    });
    // A browser rule set the Referer: without it the site refuses the picture.
    const original = await jpegPicture();
    expect((await readInput(task)).sha256).toBe(createHash('sha256').update(original).digest('hex'));
  });

  test('enlarges the background under the menu, not under the pointer later', async () => {
    await firefox.openOwnPage('/options.html');
    await firefox.click('input[type=checkbox]');
    await firefox.open(pages.pageUrl('/tiles'));
    await firefox.chooseFromMenu('#tile9', 'Upscale 2×', { movingTo: '#tile20' });
    await expect.poll(() => firefox.readOverlay()).toContain('Show original');
    const [task] = await listTasks();
    expect((await readInput(task)).width).toBe(24 + 9);
  });

  test('brings a waiting task back to its page after a visit elsewhere', async () => {
    platform.hold();
    await firefox.open(pages.pageUrl('/late'));
    await firefox.chooseFromMenu('#picture', 'Upscale 2×');
    await expect.poll(() => firefox.readOverlay()).toContain('Waiting');
    await firefox.open(pages.pageUrl('/own'));
    await firefox.open(pages.pageUrl('/late'));
    await expect.poll(() => firefox.readOverlay()).toContain('Waiting');
    platform.letGo();
    await expect.poll(() => firefox.readOverlay()).toContain('Compare');
  });

  const sitesText = () => firefox.inPage('return document.querySelector("[data-testid=sites]").textContent');

  test('may read all sites after the options asked for it', async () => {
    await firefox.openOwnPage('/options.html');
    await firefox.click('[data-testid=sites] button');
    await firefox.readQuestion();
    await firefox.answerQuestion(true);
    await expect.poll(sitesText).toContain('may read pictures on all sites');
    expect(await listHosts()).toContain('<all_urls>');
  });

  test('opens a form on a video with what takes videos, and sends nothing after a no', async () => {
    const known = (await listTasks()).map(idOf);
    await firefox.open(pages.pageUrl('/film'));
    const hasAddress = () => firefox.inPage('return document.querySelector("#film").currentSrc !== ""');
    await expect.poll(hasAddress).toBe(true);
    await firefox.chooseFromMenu('#film', 'Enhance video…');
    const listWindows = async () => (await firefox.listWindows()).join(' ');
    await expect.poll(listWindows).toContain('/compose.html?run=');
    const price = 'return document.querySelector("[data-testid=quote]")?.textContent ?? ""';
    await firefox.inWindow('/compose.html?run=', async () => {
      await expect.poll(() => firefox.inPage(price)).toMatch(/^\d+ credit/);
      await firefox.click('button[type=submit] + button');
    });
    await expect.poll(() => firefox.readOverlay()).toContain('Cancelled');
    expect((await listTasks()).map(idOf)).toEqual(known);
  });

  test('shows a button on the picture where wanted, and confirms presses', async () => {
    const choose = async (isButtonOnPictures: boolean) => {
      await firefox.openOwnPage('/options.html');
      await firefox.inPage('return browser.storage.local.set({ settings: arguments[0] })', {
        isButtonOnPictures,
      });
      const list = 'return browser.scripting.getRegisteredContentScripts().then((all) => all.length)';
      await expect.poll(() => firefox.inPage(list)).toBe(isButtonOnPictures ? 1 : 0);
      await firefox.open(pages.pageUrl('/cross'));
      await expect.poll(() => firefox.inPage(hasPicture)).toBe(true);
      await firefox.moveOver('#picture');
    };
    const known = (await listTasks()).map(idOf);
    await choose(true);
    await expect.poll(() => firefox.countInOverlay('.corner')).toBe(1);
    await firefox.pressInOverlay('Upscale or change this picture');
    await expect.poll(() => firefox.readOverlay()).toContain('Upscale 4×');
    await firefox.pressInOverlay('Upscale 4×');
    await expect.poll(async () => (await firefox.listWindows()).join(' ')).toContain('/compose.html?run=');
    await firefox.inWindow('/compose.html?run=', () => firefox.click('button[type=submit] + button'));
    await expect.poll(() => firefox.readOverlay()).toContain('Cancelled');
    expect((await listTasks()).map(idOf)).toEqual(known);
    await choose(false);
    // Any overlay would appear with the next frames.
    await firefox.inPage(
      'return new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))',
    );
    expect(await firefox.countInOverlay('.corner')).toBe(0);
  });

  test('upscales pages of a comic without a press, as far as the budget reaches', async () => {
    const known = (await listTasks()).map(idOf);
    const keep = async (items: object, count: number) => {
      await firefox.openOwnPage('/options.html');
      await firefox.inPage('return browser.storage.local.set(arguments[0])', items);
      const list = 'return browser.scripting.getRegisteredContentScripts().then((all) => all.length)';
      await expect.poll(() => firefox.inPage(list)).toBe(count);
    };
    await keep({ settings: { creditsPerDay: 2 }, automaticRules: { '127.0.0.1': 'series' } }, 1);
    await firefox.open(pages.pageUrl('/comic'));
    const countEnlarged =
      'return [...document.images].filter(({ currentSrc }) => currentSrc.startsWith("blob:")).length';
    await expect.poll(() => firefox.inPage(countEnlarged), { timeout: 90_000 }).toBe(2);
    expect((await listTasks()).map(idOf).filter((id: string) => !known.includes(id))).toHaveLength(2);
    await keep({ settings: {}, automaticRules: {} }, 0);
  });

  describe('then reads a picture', () => {
    beforeAll(async () => {
      platform.hold();
      await firefox.openOwnPage('/options.html');
      const settings = { isMenuOnPages: true, svgLongestSidePx: svgSidePx };
      await firefox.inPage('return browser.storage.local.set({ settings: arguments[0] })', settings);
    });
    // The same bytes again would join a task that is still open.
    afterEach(async () => {
      for (const { id } of (await listTasks()).filter(isOpen))
        await platform.api.call(`/api/v1/tasks/${id}`, { method: 'DELETE', token: person.accessToken });
      await firefox.openOwnPage('/options.html');
      await expect.poll(() => firefox.inPage<number>(countOpenRuns)).toBe(0);
    });
    afterAll(() => platform.letGo());

    const found = new Map<string, string>();
    // The task is requested but not executed: the test checks its input.
    test.each(Object.entries(acquisitionTable))('%s', async (kind, row) => {
      const known = new Set((await listTasks()).map(idOf));
      const findNew = async () => (await listTasks()).find((task: { id: string }) => !known.has(task.id));
      await firefox.open(pages.pageUrl(row.path));
      const isInFrame = row.frame !== undefined;
      // A picture not yet loaded by its script has no menu of its own.
      await expect.poll(() => firefox.inPage(hasPicture)).toBe(true);
      await firefox.chooseFromMenu(row.selector ?? '#picture', 'Upscale 2×', { isInFrame });
      await expect.poll(findNew).toBeTruthy();
      const input = await readInput(await findNew());
      if (row.bytesOf) expect(input.sha256).toBe(pages.sha256(row.bytesOf));
      if (row.pixels) expect([input.width, input.height]).toEqual(row.pixels);
      const { note } = row.inFirefox ?? row;
      const isFile = row.bytesOf !== undefined && input.sha256 === pages.sha256(row.bytesOf);
      found.set(kind, describeSent(isFile, ''));
      if (isInFrame) return;
      // The task appears there, or at once its result if the same bytes were used before; the notes come with it.
      await expect.poll(() => firefox.readOverlay()).toMatch(/Credits|Show original/);
      const said = await firefox.readOverlay();
      found.set(kind, describeSent(isFile, said));
      if (note) expect(said).toContain(note);
      else expect(said).not.toContain('pixels used');
    });

    test('as the documentation says, kind by kind', async () => {
      expect([...found.keys()]).toEqual(Object.keys(acquisitionTable));
      await expect(await withFound('Firefox', found)).toMatchFileSnapshot(documentation);
    });
  });

  test('no longer reads sites after the options revoke it', async () => {
    await firefox.openOwnPage('/options.html');
    await expect.poll(sitesText).toContain('may read pictures on all sites');
    await firefox.click('[data-testid=sites] button');
    await expect.poll(sitesText).toContain('asks once for each site');
    expect(await listHosts()).not.toContain('<all_urls>');
  });

  // Pages of their own: a run of the table that has not ended yet would return to its page, over the picture.
  test('is laid out where the page’s policy allows no style', async () => {
    await firefox.open(pages.pageUrl('/strict-tools'));
    await firefox.chooseFromMenu('#picture', 'Upscale 2×');
    await expect.poll(() => firefox.readOverlay()).toContain('Compare');
    expect(await firefox.displayInOverlay('.tools')).toBe('flex');
  });

  test('confirms in its own window what a page could have covered', async () => {
    await firefox.open(pages.pageUrl('/cross-confirmed'));
    await firefox.chooseFromMenu('#picture', 'Upscale 2×');
    await expect.poll(() => firefox.readOverlay()).toContain('Compare');
    const known = (await listTasks()).map(idOf);
    const listWindows = async () => (await firefox.listWindows()).join(' ');
    const press = '.sg-button-primary:not(:disabled)';
    await firefox.pressInOverlay('Upscale result 2×');
    await expect
      .poll(listWindows)
      .toMatch(/^\S+\/cross-confirmed moz-extension:\S+\/compose\.html\?run=\S+$/);
    expect((await listTasks()).map(idOf)).toEqual(known);
    platform.hold();
    // A person presses when the price is there.
    const priced = `form:has([data-testid="quote"]:not(:empty)) ${press}`;
    await firefox.inWindow('/compose.html?run=', () => firefox.click(priced));
    await expect.poll(async () => (await listTasks()).map(idOf).slice(1)).toEqual(known);

    await expect.poll(() => firefox.readOverlay()).toContain('Credits');
    await firefox.pressInOverlay('Cancel');
    await expect.poll(listWindows).toMatch(/\/compose\.html\?cancel=/);
    expect((await listTasks())[0]).toMatchObject({ status: 'queued' });
    await firefox.inWindow('/compose.html?cancel=', () => firefox.click(press));
    await expect.poll(async () => (await listTasks())[0].status).toBe('cancelled');
    platform.letGo();
  });
});

const isOpen = ({ status }: { status: string }) => status === 'queued' || status === 'running';

const countOpenRuns = `return browser.storage.local.get('runs').then(({ runs = {} }) =>
  Object.values(runs).filter(({ state }) => !['succeeded', 'failed', 'cancelled'].includes(state)).length)`;

/** Whether the page's image has loaded; other elements and frames are not awaited. */
const hasPicture = `const picture = document.querySelector('#picture');
  return !(picture instanceof HTMLImageElement) || picture.naturalWidth > 0;`;
