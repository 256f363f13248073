import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { clickMenu, prepareStop, type WithChrome } from './browsers/chromium.ts';
import { hasChromium } from './browsers/programs.ts';
import { createExtensionSetup, type ExtensionSetup } from './extensionSetup.ts';
import { pressInOverlay, readOverlay } from './pages/overlayProbe.ts';
import { drawPicture } from './pages/pictures.ts';
import { shownPixelWidth } from './pages/shownPixels.ts';
import { letAssetsGo, withholdResult } from './withholdResult.ts';

vi.setConfig({ testTimeout: 360_000, hookTimeout: 240_000 });
/** A task runs on the CPU of a machine that does other things too, and a lost line is tried again ever less often. */
const patience = { timeout: 90_000 };

interface OwnPage {
  chrome: WithChrome['chrome'];
  heard: { kind: string; state?: string; event?: { type: string } }[];
}

describe.skipIf(!hasChromium)('a task that is under way', () => {
  let setup: ExtensionSetup;
  let number = 0;

  beforeAll(async () => {
    setup = await createExtensionSetup({ isDrawing: true });
  });
  beforeEach(() => setup.platform.hold());
  afterEach(() => setup.platform.letGo());
  afterAll(() => setup?.[Symbol.asyncDispose]());

  const listTasks = async (token = setup.person.accessToken) =>
    (await setup.platform.api.call('/api/v1/tasks?limit=100', { token })).body.items;
  const findTasksOf = async (url: string, token?: string) =>
    (await listTasks(token)).filter((task: { meta: { sourceUrl?: string } }) => task.meta.sourceUrl === url);
  const pixelWidth = (page: Page) => shownPixelWidth(page.locator('#picture'));
  const readStored = async (key: string) =>
    (await setup.browser.worker()).evaluate(
      async (name) => (await (globalThis as unknown as WithChrome).chrome.storage.local.get(name))[name],
      key,
    );
  const listNotifications = async () =>
    (await setup.browser.worker()).evaluate(async () =>
      Object.keys(await (globalThis as unknown as WithChrome).chrome.notifications.getAll()),
    );

  const choose = async (page: Page) => {
    const srcUrl = (await page.locator('#picture').getAttribute('src')) ?? '';
    await clickMenu(setup.browser, { page, menuItemId: 'upscale2', srcUrl });
  };
  const openNew = async () => {
    const page = await setup.browser.context.newPage();
    await page.goto(setup.pages.pageUrl(`/new-${number++}`));
    return { page, url: page.url(), width: await pixelWidth(page) };
  };
  /** A picture never enlarged before, with its task waiting at the server. */
  const start = async () => {
    const opened = await openNew();
    await choose(opened.page);
    await expect.poll(() => readOverlay(opened.page), patience).toContain('Credits');
    expect(await findTasksOf(opened.url)).toMatchObject([{ status: 'queued' }]);
    return opened;
  };
  /** Presses a button on the picture that leads to the options. */
  const pressForOptions = async (page: Page, label: string): Promise<Page> => {
    const opening = setup.browser.context.waitForEvent('page');
    await pressInOverlay(page, label);
    const options = await opening;
    await options.waitForURL(/\/options\.html/);
    return options;
  };
  const expectResult = async ({ page, url, width }: Awaited<ReturnType<typeof openNew>>) => {
    await expect.poll(() => pixelWidth(page), patience).toBe(2 * width);
    expect(await findTasksOf(url)).toMatchObject([{ status: 'succeeded' }]);
    await page.close();
  };

  test('resumes after its dead worker’s last event, and reaches its picture', async () => {
    const { browser, platform } = setup;
    const listener = await browser.openOwnPage('/options.html');
    await listener.evaluate(() => {
      const own = globalThis as unknown as OwnPage;
      own.heard = [];
      const connect = () => {
        const port = own.chrome.runtime.connect({ name: 'star-graph-panel' });
        port.onMessage.addListener((news) => own.heard.push(news));
        port.onDisconnect.addListener(() => {
          own.heard.push({ kind: 'died' });
          connect();
        });
      };
      connect();
    });
    const heardAfterDeath = async () => {
      const heard = await listener.evaluate(() => (globalThis as unknown as OwnPage).heard);
      return heard.slice(heard.findIndex(({ kind }) => kind === 'died') + 1 || heard.length);
    };
    const opened = await start();
    await expect.poll(() => readStored('resume')).toMatchObject({ owner: expect.any(String) });
    const stopWorkers = await prepareStop(browser);
    await stopWorkers();
    // Events that were missed may follow it.
    await expect
      .poll(async () => (await heardAfterDeath()).findLast(({ kind }) => kind === 'connection'), patience)
      .toMatchObject({ state: 'connected' });
    platform.letGo();
    await expectResult(opened);
    const types = (await heardAfterDeath()).flatMap(({ event }) => (event ? [event.type] : []));
    expect(types).toContain('task_completed');
    expect(types).not.toContain('state_snapshot');
    await listener.close();
  });

  test('reaches its picture in a reloaded page', async () => {
    const opened = await start();
    await opened.page.reload();
    await expect.poll(() => readOverlay(opened.page), patience).toContain('Cancel');
    setup.platform.letGo();
    await expectResult(opened);
  });

  test('is reported by notification and panel when its tab is closed', async () => {
    const { browser, platform } = setup;
    const { page, url } = await start();
    const [task] = await findTasksOf(url);
    await page.close();
    const known = await listNotifications();
    platform.letGo();
    const isNew = async () => (await listNotifications()).filter((id) => !known.includes(id)).length;
    await expect.poll(isNew, patience).toBe(1);
    const panel = await browser.openOwnPage('/sidepanel.html');
    await panel.locator(`[data-task="${task.id}"][data-status="succeeded"]`).waitFor();
    await panel.close();
  });

  test('ends while offline, which is shown, and reaches its picture afterwards', async () => {
    const { line, platform } = setup;
    const opened = await start();
    await line.cut();
    await expect.poll(() => readOverlay(opened.page), patience).toContain('Connecting to the server again');
    platform.letGo();
    await expect.poll(async () => (await findTasksOf(opened.url))[0].status, patience).toBe('succeeded');
    expect(await pixelWidth(opened.page)).toBe(opened.width);
    await line.restore();
    await expectResult(opened);
  });

  test('outlives its server, which starts anew', async () => {
    const opened = await start();
    await setup.platform.restartApi();
    setup.platform.letGo();
    await expectResult(opened);
  });

  test('waits while another server answers, and new work is refused in words', async () => {
    const { line, platform } = setup;
    const opened = await start();
    await line.cut();
    const router = createServer((_, response) => {
      response.writeHead(200, { 'Content-Type': 'text/html', 'Access-Control-Allow-Origin': '*' });
      response.end('<!doctype html><title>A router</title>');
    }).listen(Number(new URL(line.url).port), '127.0.0.1');
    await once(router, 'listening');
    await expect.poll(() => readOverlay(opened.page), patience).toContain('Connecting to the server again');
    const second = await openNew();
    await choose(second.page);
    await expect
      .poll(() => readOverlay(second.page), patience)
      .toContain('something else answers in its place');
    expect(await readStored('tokens')).toBeTruthy();
    const options = await pressForOptions(second.page, 'Open options');
    await options.getByTestId('account').waitFor();
    await options.close();
    router.close();
    router.closeAllConnections();
    await once(router, 'close');
    await line.restore();
    platform.letGo();
    await expectResult(opened);
    await pressInOverlay(second.page, 'Try again');
    await expectResult(second);
  });

  test('is submitted once, though the answer is late and the worker died', async () => {
    const { browser, line, platform } = setup;
    const opened = await openNew();
    const stopWorkers = await prepareStop(browser);
    line.freeze();
    await choose(opened.page);
    await expect.poll(() => readOverlay(opened.page), patience).toContain('Uploading');
    await stopWorkers();
    await line.restore();
    platform.letGo();
    await expectResult(opened);
  });

  test('starts what was pressed in the moment in which the worker died', async () => {
    const { browser, platform } = setup;
    const opened = await openNew();
    const stopWorkers = await prepareStop(browser);
    await choose(opened.page);
    await stopWorkers();
    // Any message wakes the next worker; without one it is an alarm.
    const panel = await browser.openOwnPage('/sidepanel.html');
    platform.letGo();
    await expectResult(opened);
    await panel.close();
  });

  test('asks about all pictures where that was pressed as the worker died', async () => {
    const { browser } = setup;
    const opened = await openNew();
    const stopWorkers = await prepareStop(browser);
    const srcUrl = await opened.page
      .locator('#picture')
      .evaluate((picture) => (picture as HTMLImageElement).currentSrc);
    await clickMenu(browser, { page: opened.page, menuItemId: 'batch', srcUrl });
    await stopWorkers();
    const panel = await browser.openOwnPage('/sidepanel.html');
    await expect.poll(() => readOverlay(opened.page), patience).toContain('Upscale all');
    await opened.page.bringToFront();
    await pressInOverlay(opened.page, 'Cancel');
    await expect.poll(() => readOverlay(opened.page), patience).not.toContain('Upscale all');
    await panel.close();
    await opened.page.close();
  });

  test('delivers a result larger than one message, though the worker dies midway', async () => {
    const { browser, platform } = setup;
    const opened = await start();
    const stopWorkers = await prepareStop(browser);
    const worker = await browser.worker();
    await worker.evaluate(withholdResult, 12 * 2 ** 20);
    platform.letGo();
    await expect.poll(() => readOverlay(opened.page), patience).toContain('Fetching the result');
    const [{ id, outputs }] = await findTasksOf(opened.url);
    const [width, height] = [4_800, 3_800];
    const pixels = drawPicture(48, 38).resize(width, height, { kernel: 'nearest' });
    const png = await pixels.png({ compressionLevel: 0 }).toBuffer({ resolveWithObject: true });
    await platform.swapResult(outputs[0].id, png);
    await worker.evaluate(letAssetsGo);
    // A part has arrived; this worker delivers no more.
    await expect.poll(() => readOverlay(opened.page), patience).toMatch(/23% Fetching/);
    await stopWorkers();
    await expect.poll(() => pixelWidth(opened.page), patience).toBe(width);
    expect((await findTasksOf(opened.url)).map((task: { id: string }) => task.id)).toEqual([id]);
    await opened.page.close();
  });

  test('goes on after a revoked session, for the same person', async () => {
    const { line, person, platform } = setup;
    const opened = await start();
    const token = person.accessToken;
    const { body } = await platform.api.call('/api/v1/auth/sessions', { token });
    for (const session of body.items)
      if (!session.current)
        await platform.api.call(`/api/v1/auth/sessions/${session.id}`, { method: 'DELETE', token });
    await expect.poll(() => readOverlay(opened.page), patience).toContain('You are signed out');
    const second = await openNew();
    await choose(second.page);
    await expect.poll(() => readOverlay(second.page), patience).toContain('You are not signed in');
    const options = await pressForOptions(second.page, 'Sign in');
    await options.fill('input[name=server]', line.url);
    await options.fill('input[name=username]', person.username);
    await options.fill('input[name=password]', person.password);
    await options.click('button[type=submit]');
    await options.getByTestId('account').waitFor();
    await options.close();
    platform.letGo();
    await expectResult(opened);
    await pressInOverlay(second.page, 'Try again');
    await expectResult(second);
  });

  test('stays with its person when another signs in', async () => {
    const { browser, line, person, platform } = setup;
    const opened = await start();
    const other = await platform.signUp();
    const options = await browser.openOwnPage('/options.html');
    const by = { username: other.username, password: other.password };
    const request = { kind: 'call', name: 'signIn', args: [{ baseUrl: line.url.replace(/\/$/, ''), by }] };
    await options.evaluate(
      (message) => (globalThis as unknown as WithChrome).chrome.runtime.sendMessage(message),
      request,
    );
    await expect.poll(() => readOverlay(opened.page), patience).toContain('The account was changed');
    expect(await findTasksOf(opened.url, other.accessToken)).toEqual([]);
    await pressInOverlay(opened.page, 'Try again');
    platform.letGo();
    await expect.poll(() => pixelWidth(opened.page), patience).toBe(2 * opened.width);
    expect(await findTasksOf(opened.url, other.accessToken)).toMatchObject([{ status: 'succeeded' }]);
    await expectResult(opened);
    const back = {
      ...request,
      args: [{ ...request.args[0], by: { username: person.username, password: person.password } }],
    };
    await options.evaluate(
      (message) => (globalThis as unknown as WithChrome).chrome.runtime.sendMessage(message),
      back,
    );
    await options.close();
  });

  test('says after a while that the server hangs, and goes on afterwards', async () => {
    const { line, platform } = setup;
    const opened = await openNew();
    line.freeze();
    await choose(opened.page);
    await expect.poll(() => readOverlay(opened.page), patience).toContain('taking long to answer');
    await line.restore();
    platform.letGo();
    await expectResult(opened);
  });

  test('reaches its picture in a restarted browser', async () => {
    const { url, width } = await start();
    await setup.restartBrowser();
    const page = await setup.browser.context.newPage();
    await page.goto(url);
    // A starting browser may end the worker that heard of the page; the next one looks within half a minute.
    await expect.poll(() => readOverlay(page), { timeout: 90_000 }).toContain('Cancel');
    setup.platform.letGo();
    await expectResult({ page, url, width });
  });

  test('reaches its picture though a restarted browser’s first worker dies', async () => {
    const { url, width } = await start();
    await setup.restartBrowser();
    const stopWorkers = await prepareStop(setup.browser);
    const page = await setup.browser.context.newPage();
    await page.goto(url);
    await stopWorkers();
    // Any message wakes the next worker.
    const panel = await setup.browser.openOwnPage('/sidepanel.html');
    await expect.poll(() => readOverlay(page), { timeout: 90_000 }).toContain('Cancel');
    await panel.close();
    setup.platform.letGo();
    await expectResult({ page, url, width });
  });
});
