import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import lighthouse from 'lighthouse';
import { type BrowserContext, chromium, type Page, type Response } from 'playwright-core';
import type { BenchPlatform } from './platform.ts';
import type { Measurement } from './report.ts';

/** Of Lighthouse, whose simulation is not quite the same each time. */
const rounds = 3;
/** As the tests of the console have it. */
const chromiumPath = '/usr/bin/chromium';
const person = { username: `bench-${crypto.randomUUID().slice(0, 8)}`, password: crypto.randomUUID() };

/**
 * What a person waits for until the console can be used, in Chromium: the script that is loaded, and Lighthouse's
 * figures on its simulated 4G line (1.6 Mbit/s, 150 ms, a processor four times as slow), each time without a cache.
 */
export async function measureConsole({ apiUrl }: Pick<BenchPlatform, 'apiUrl'>): Promise<Measurement[]> {
  await using browser = await openBrowser();
  const scripts = await measureScripts(browser.context, apiUrl);
  const signIn = await runLighthouse(browser, `${apiUrl}/`, { isSignedIn: false });
  await signInAs(await browser.context.newPage(), `${apiUrl}/queue`);
  const create = await runLighthouse(browser, `${apiUrl}/create/text2img`, { isSignedIn: true });
  const row = (what: string, measured: string, target: string) => ({ what, measured, limit: '', target });
  return [
    row('script of the console until the sign-in, gzip', showKb(scripts.signIn), ''),
    row('script of the console until Create can be used, gzip', showKb(scripts.create), '≤ 120 kB'),
    row(
      'first view of the console, simulated 4G',
      `${showSeconds(signIn.firstMs)}, the largest part ${showSeconds(signIn.largestMs)}`,
      '≤ 1 s',
    ),
    row(
      'Lighthouse, sign-in: performance, accessibility, best practices',
      signIn.scores.join(', '),
      '≥ 95, 100, 100',
    ),
    row(
      'Lighthouse, Create: performance, accessibility, best practices',
      `${create.scores.join(', ')}; first view ${showSeconds(create.firstMs)}, the largest part ${showSeconds(create.largestMs)}`,
      '≥ 95, 100, 100',
    ),
  ];
}

const showKb = (bytes: number): string => `${Math.round(bytes / 1_000)} kB`;
const showSeconds = (ms: number): string => `${(ms / 1_000).toFixed(2)} s`;

interface BenchBrowser extends AsyncDisposable {
  context: BrowserContext;
  /** Where it takes orders of Lighthouse. */
  port: number;
}

async function openBrowser(): Promise<BenchBrowser> {
  const parts = new AsyncDisposableStack();
  const profile = await mkdtemp(join(tmpdir(), 'star-graph-chromium-'));
  parts.defer(() => rm(profile, { recursive: true, force: true, maxRetries: 5 }));
  try {
    const context = await chromium.launchPersistentContext(profile, {
      executablePath: chromiumPath,
      args: ['--no-sandbox', '--remote-debugging-port=0'],
      locale: 'en',
      serviceWorkers: 'block',
    });
    parts.defer(() => context.close());
    const [port] = (await readFile(join(profile, 'DevToolsActivePort'), 'utf8')).split('\n');
    return { context, port: Number(port), [Symbol.asyncDispose]: () => parts.disposeAsync() };
  } catch (error) {
    await parts.disposeAsync();
    throw error;
  }
}

/** Bytes of a person's first visit, in windows that share nothing with the others. */
async function measureScripts(
  shared: BrowserContext,
  apiUrl: string,
): Promise<{ signIn: number; create: number }> {
  const context = await shared.browser()?.newContext({ locale: 'en', serviceWorkers: 'block' });
  const page = await (context ?? shared).newPage();
  const bodies: Promise<Buffer>[] = [];
  const collect = (response: Response) => {
    if (response.request().resourceType() === 'script') bodies.push(response.body());
  };
  page.on('response', collect);
  const sum = async () => {
    const sizes = await Promise.all(
      (await Promise.all(bodies)).map(async (body) => (await promisify(gzip)(body, { level: 9 })).length),
    );
    return sizes.reduce((total, size) => total + size, 0);
  };
  await page.goto(`${apiUrl}/create/text2img`);
  await page.locator('button[type=submit]').waitFor();
  const signIn = await sum();
  await register(apiUrl);
  await fillIn(page);
  await page.locator('.create-button').waitFor();
  // What an idle page fetches next is neither needed yet nor read before the page closes.
  page.off('response', collect);
  const create = await sum();
  await page.close();
  await context?.close();
  return { signIn, create };
}

async function register(apiUrl: string): Promise<void> {
  const headers = { 'Content-Type': 'application/json' };
  const body = JSON.stringify(person);
  const answer = await fetch(`${apiUrl}/api/v1/auth/register`, { method: 'POST', headers, body });
  if (!answer.ok) throw new Error(`nobody was registered: ${answer.status}`);
}

async function signInAs(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await fillIn(page);
  await page.locator('nav.rail').waitFor();
  // What runs in the page would be measured too.
  await page.close();
}

async function fillIn(page: Page): Promise<void> {
  await page.locator('input[autocomplete^=username]').fill(person.username);
  await page.locator('input[type=password]').fill(person.password);
  await page.locator('button[type=submit]').click();
}

interface View {
  firstMs: number;
  largestMs: number;
  scores: number[];
}

/** The round in the middle, by the largest part. */
async function runLighthouse(
  browser: BenchBrowser,
  url: string,
  { isSignedIn }: { isSignedIn: boolean },
): Promise<View> {
  const views: View[] = [];
  for (let round = 0; round < rounds; round++) {
    const { audits, categories } = await runRound(browser, url, { isSignedIn });
    views.push({
      firstMs: audits['first-contentful-paint']?.numericValue ?? Number.NaN,
      largestMs: audits['largest-contentful-paint']?.numericValue ?? Number.NaN,
      scores: Object.values(categories).map(({ score }) => Math.round((score ?? 0) * 100)),
    });
  }
  const [middle] = views.toSorted((a, b) => a.largestMs - b.largestMs).slice(Math.floor(rounds / 2));
  if (!middle) throw new Error('nothing was measured');
  return middle;
}

/** What Lighthouse says of a trace that Chromium began too late, which is of no page and comes seldom. */
const lostTraces: readonly string[] = ['NO_NAVSTART', 'NO_TRACING_STARTED'];
const triesOfTrace = 3;

async function runRound(
  { context, port }: BenchBrowser,
  url: string,
  { isSignedIn }: { isSignedIn: boolean },
) {
  for (let tries = 1; ; tries++) {
    const page = await context.newPage();
    await (await context.newCDPSession(page)).send('Network.clearBrowserCache');
    await page.close();
    const result = await lighthouse(url, {
      port,
      output: 'json',
      logLevel: 'error',
      disableStorageReset: isSignedIn,
      onlyCategories: ['performance', 'accessibility', 'best-practices'],
    });
    if (!result) throw new Error('Lighthouse gave no result');
    const { runtimeError } = result.lhr;
    if (!runtimeError) return result.lhr;
    if (!lostTraces.includes(runtimeError.code) || tries === triesOfTrace)
      throw new Error(runtimeError.message);
  }
}
