import type { WorkflowView } from '@star-graph/contract/catalogue/workflows';
import { createSound, createVideo } from '@star-graph/core/testing/pictures';
import { currentBuiltins } from '@star-graph/workflows/builtin';
import { smallestParams } from '@star-graph/workflows/params/smallestParams';
import { type FileKind, fileKinds } from '@star-graph/workflows/shared/mediaKinds';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Calls, FormRequest } from '../features/messaging/rpc.ts';
import { findSource } from '../features/panel/compose/sourceWorkflows.ts';
import { endStates } from '../features/runs/run.ts';
import { clickMenu, type WithChrome } from './browsers/chromium.ts';
import { hasChromium } from './browsers/programs.ts';
import { createExtensionSetup, type ExtensionSetup } from './extensionSetup.ts';
import { choose, fieldOf, listOf, readChoice } from './pages/forms.ts';
import { countInOverlay, readOverlay } from './pages/overlayProbe.ts';
import { drawPicture } from './pages/pictures.ts';

vi.setConfig({ testTimeout: 400_000, hookTimeout: 240_000 });
/** All tasks run on the CPU of a machine that does other things too. */
const patience = { timeout: 300_000 };

/** A call of one of the extension's own pages to the background, as its form makes it. */
async function call<Name extends keyof Calls>(
  page: Page,
  name: Name,
  ...args: Parameters<Calls[Name]>
): Promise<Awaited<ReturnType<Calls[Name]>>> {
  const request = { kind: 'call', name, args: JSON.parse(JSON.stringify(args)) };
  const answer = await page.evaluate(
    async (message) => (globalThis as unknown as WithChrome).chrome.runtime.sendMessage(message),
    request,
  );
  expect(answer, `${name} answered`).toHaveProperty('value');
  return answer.value;
}

function listedView(listed: readonly WorkflowView[], name: string): WorkflowView {
  const found = listed.find((view) => view.name === name);
  if (!found) throw new Error(`${name} is not listed`);
  return found;
}

const encode = (bytes: Buffer, mime: string) => ({ base64: bytes.toString('base64'), mime });

describe.skipIf(!hasChromium)('what pictures and videos start', () => {
  let setup: ExtensionSetup;
  beforeAll(async () => {
    setup = await createExtensionSetup({ isDrawing: true });
  });
  afterAll(() => setup?.[Symbol.asyncDispose]());

  const listTasks = async () =>
    (await setup.platform.api.call('/api/v1/tasks?limit=100', { token: setup.person.accessToken })).body
      .items;

  /** The smallest request for the workflow, as the form of the name that people know makes it. */
  const requestFor = (view: WorkflowView, further: Record<FileKind, string>): FormRequest => {
    const workflow = currentBuiltins.find(({ name }) => name === view.name);
    const source = findSource(view);
    if (!workflow || !source) throw new Error(`${view.name} starts from nothing`);
    const smallest = smallestParams(workflow, workflow.example, new Set());
    const { [source.param]: _source, ...params } = smallest;
    const files = { image: workflow.imageParams, video: workflow.videoParams, audio: workflow.audioParams };
    for (const kind of fileKinds)
      for (const asset of files[kind]) if (asset !== source.param) params[asset] = further[kind];
    const own = view.engines?.find((engine) => engine.workflow === view.name)?.model;
    const model = view.engineOf ? view.model : own;
    return {
      workflow: view.engineOf ?? view.name,
      params: { ...params, ...(model ? { model } : {}) },
      inputParam: source.param,
    };
  };

  test('every shipped workflow with a source gives its result', async () => {
    const { browser } = setup;
    const page = await browser.openOwnPage('/popup.html');
    // Each run that waits for its values opens the form.
    const close = (opened: Page) => void opened.close();
    browser.context.on('page', close);
    const picture = encode(await drawPicture(128, 128).ensureAlpha(0.5).png().toBuffer(), 'image/png');
    const video = encode(createVideo('mp4'), 'video/mp4');
    const sound = encode(createSound('mp3'), 'audio/mpeg');
    const upload = (file: typeof picture, media: FileKind) =>
      call(page, 'uploadFile', file, 'further', media, false);
    const further = {
      image: await upload(picture, 'image'),
      video: await upload(video, 'video'),
      audio: await upload(sound, 'audio'),
    };
    const listed = await call(page, 'listWorkflows');
    const views = listed.filter((view) => findSource(view) !== undefined);
    const shipped = currentBuiltins.filter(
      ({ imageParams, videoParams }) => imageParams.length + videoParams.length > 0,
    );
    expect(views.map(({ name }) => name).sort()).toEqual(shipped.map(({ name }) => name).sort());
    const runs = new Map<string, string>();
    for (const view of views) {
      const isVideo = findSource(view)?.kind === 'video';
      const run = await call(
        page,
        'startFile',
        isVideo ? video : picture,
        view.name,
        isVideo ? 'video' : 'img2img',
      );
      const findState = async () => (await call(page, 'findRun', run.id))?.state;
      await expect.poll(findState, patience).toBe('quoted');
      const request = requestFor(view, further);
      const { cost } = await call(page, 'quote', run.id, request);
      await call(page, 'submit', run.id, request, cost);
      runs.set(view.name, run.id);
    }
    for (const [name, runId] of runs) {
      const find = async () => await call(page, 'findRun', runId);
      await expect
        .poll(async () => endStates.includes((await find())?.state ?? 'failed'), patience)
        .toBe(true);
      const { state, problem, outputAssetId } = (await find()) ?? {};
      expect({ name, state, problem }).toEqual({ name, state: 'succeeded', problem: undefined });
      expect(outputAssetId, name).toBeTypeOf('string');
    }
    const made = (await listTasks()).map(({ workflow }: { workflow: { name: string } }) => workflow.name);
    expect(new Set(made)).toEqual(new Set(views.map(({ name }) => name)));
    browser.context.off('page', close);
    await page.close();
  });

  test('a sound, a text and a 3D model stay in their tiles of the panel, named by their workflows', async () => {
    const { platform, person, browser } = setup;
    const { accessToken: token } = person;
    const form = new FormData();
    const png = await drawPicture(64, 64).png().toBuffer();
    form.append('file', new Blob([new Uint8Array(png)], { type: 'image/png' }), 'thing.png');
    const { id: image } = (await platform.api.call('/api/v1/assets', { token, body: form })).body;
    const wishes = {
      'ace-step': { prompt: 'quiet piano', seconds: 5 },
      describe: { image },
      hunyuan3d: { image },
    };
    const made = new Map<string, string>();
    for (const [name, body] of Object.entries(wishes)) {
      const { status, body: task } = await platform.api.call(`/api/v1/generate/${name}`, { token, body });
      expect([name, status]).toEqual([name, 202]);
      made.set(name, task.id);
      await platform.untilEnded(token, task.id);
    }
    const panel = await browser.openOwnPage('/sidepanel.html');
    await panel.setViewportSize({ width: 400, height: 900 });
    const listed = await call(panel, 'listWorkflows');
    for (const [name, taskId] of made) {
      const row = panel.locator(`[data-task="${taskId}"]`);
      await row
        .locator('strong')
        .filter({ hasText: listedView(listed, name).title.en })
        .waitFor();
      const [tile, mark] = await Promise.all([
        row.locator('.task-picture').boundingBox(),
        row.locator('.sg-kind').boundingBox(),
      ]);
      expect([name, mark]).toEqual([name, tile]);
      expect(await row.getByText('0 × 0').count()).toBe(0);
    }
    // What lies over the panel would take the press.
    await panel.getByText('Library').click();
    await panel.locator('ul.library').waitFor();
    await panel.close();
  });

  const openVideoForm = async (page: Page): Promise<Page> => {
    const opened = setup.browser.context.waitForEvent('page');
    const srcUrl = await page.locator('#film').evaluate((film) => (film as HTMLVideoElement).currentSrc);
    await clickMenu(setup.browser, { page, menuItemId: 'video', srcUrl });
    return await opened;
  };
  const visit = async (path: string): Promise<Page> => {
    const page = await setup.browser.context.newPage();
    await page.goto(setup.pages.pageUrl(path));
    await expect
      .poll(() => page.locator('#film').evaluate((film) => (film as HTMLVideoElement).currentSrc))
      .not.toBe('');
    return page;
  };

  test('a video in a page offers what takes videos; its result plays there', async () => {
    const page = await visit('/film');
    const form = await openVideoForm(page);
    const workflow = listOf(form.getByTestId('workflow'));
    await workflow.waitFor();
    const { title } = listedView(await call(form, 'listWorkflows'), 'interpolate');
    await choose(form, workflow, title.en);
    await expect.poll(() => readChoice(workflow)).toBe(title.en);
    await expect.poll(() => form.getByTestId('quote').textContent(), patience).toMatch(/^\d+ credit/);
    const closed = form.waitForEvent('close');
    await form.getByRole('button', { name: 'Run' }).click();
    await closed;
    await expect.poll(() => readOverlay(page), patience).toContain('Show original');
    expect(await countInOverlay(page, 'VIDEO', 'video')).toBe(1);
    expect(await readOverlay(page)).not.toContain('Upscale result');
    const [task] = await listTasks();
    expect(task).toMatchObject({
      status: 'succeeded',
      workflow: { name: 'interpolate' },
      meta: { sourceUrl: page.url() },
    });
    await page.close();
  });

  test('the frame that a video shows goes on in the console, without its file', async () => {
    const page = await visit('/film');
    const srcUrl = `${setup.pages.pageUrl('/film.mp4')}`;
    const isReady = () => page.locator('#film').evaluate((film) => (film as HTMLVideoElement).readyState);
    await expect.poll(isReady).toBeGreaterThanOrEqual(2);
    const opened = setup.browser.context.waitForEvent('page');
    await clickMenu(setup.browser, { page, menuItemId: 'canvas', srcUrl, mediaType: 'video' });
    const console = await opened;
    await expect.poll(() => console.url()).toContain('picture=');
    const assetId = new URL(console.url()).searchParams.get('picture');
    const { body } = await setup.platform.api.call(`/api/v1/assets/${assetId}`, {
      token: setup.person.accessToken,
    });
    const size = await page
      .locator('#film')
      .evaluate((film) => [(film as HTMLVideoElement).videoWidth, (film as HTMLVideoElement).videoHeight]);
    expect([body.mime, body.width, body.height]).toEqual(['image/png', ...size]);
    await expect.poll(() => readOverlay(page)).toBe('');
    await console.close();
    await page.close();
  });

  test('a sound in a page goes on in the console, in the form of a film that moves to it', async () => {
    const page = await setup.browser.context.newPage();
    await page.goto(setup.pages.pageUrl('/sound'));
    const before = (await listTasks()).length;
    const opened = setup.browser.context.waitForEvent('page');
    const srcUrl = setup.pages.pageUrl('/tone.mp3');
    await clickMenu(setup.browser, { page, menuItemId: 'sound', srcUrl, mediaType: 'audio' });
    const console = await opened;
    await expect.poll(() => console.url()).toContain('/create/ltx23-audio2video?input=');
    const assetId = new URL(console.url()).searchParams.get('input');
    const { body } = await setup.platform.api.call(`/api/v1/assets/${assetId}`, {
      token: setup.person.accessToken,
    });
    expect(body).toMatchObject({ mime: 'audio/mpeg', kind: 'input', sound: { codec: 'mp3' } });
    // Nothing is made before the person says so.
    expect(await listTasks()).toHaveLength(before);
    await console.close();
    await page.close();
  });

  test('a streamed video says so, and starts nothing', async () => {
    const before = (await listTasks()).length;
    const page = await visit('/streamed');
    const form = await openVideoForm(page);
    await form.getByText('plays this video in pieces').waitFor();
    await expect.poll(() => readOverlay(page), patience).toContain('plays this video in pieces');
    expect(await listTasks()).toHaveLength(before);
    await form.close();
    await page.close();
  });

  test('a video chosen in the popup opens the form for videos', async () => {
    const popup = await setup.browser.openOwnPage('/popup.html');
    const video = { name: 'film.mp4', mimeType: 'video/mp4', buffer: createVideo('mp4') };
    await popup.locator('input[type=file]').setInputFiles(video);
    const opened = setup.browser.context.waitForEvent('page');
    await popup.getByRole('button', { name: 'Enhance video…' }).click();
    expect(await popup.getByRole('button', { name: 'Upscale 2×' }).count()).toBe(0);
    const form = await opened;
    await expect.poll(() => form.getByTestId('quote').textContent(), patience).toMatch(/^\d+ credit/);
    await form.locator('video').waitFor();
    await form.getByRole('button', { name: 'Cancel' }).click();
    await popup.getByText('Cancelled').waitFor();
    await popup.close();
  });

  test('the form takes a further picture, and yes or no', async () => {
    const page = await setup.browser.openOwnPage('/popup.html');
    const picture = encode(await drawPicture(96, 96).png().toBuffer(), 'image/png');
    const opened = setup.browser.context.waitForEvent('page');
    await call(page, 'startFile', picture, 'first', 'img2img');
    const form = await opened;
    const { model = '' } = listedView(await call(page, 'listWorkflows'), 'qwen-edit-2511');
    await choose(form, listOf(fieldOf(form, 'model')), model);
    await form.fill('[name=prompt]', 'put both into one room');
    const buffer = await drawPicture(80, 80).png().toBuffer();
    const further = { name: 'second.png', mimeType: 'image/png', buffer };
    await fieldOf(form, 'image2').locator('input[type=file]').first().setInputFiles(further);
    await fieldOf(form, 'image2').locator('.sg-slot-filled img').waitFor();
    await fieldOf(form, 'fast').getByRole('switch').setChecked(true);
    await expect.poll(() => form.getByTestId('quote').textContent(), patience).toMatch(/^\d+ credit/);
    await form.getByRole('button', { name: 'Run' }).click();
    const findParams = async () => (await listTasks())[0].params;
    await expect.poll(findParams, patience).toMatchObject({ prompt: 'put both into one room', fast: true });
    expect((await findParams()).image2).not.toBe((await findParams()).image);
    await page.close();
  });
});
