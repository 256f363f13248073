import type { BrowserContext, Page, Request } from 'playwright-core';

/** What a failed test needs to know of a page: which request hangs is seen by nothing that the test waits for. */
interface PageRecord {
  page: Page;
  unanswered: Map<Request, number>;
  /** When it last asked for something. */
  askedAt: number;
  faults: string[];
}

const records = new Set<PageRecord>();
let begunAt = 0;

/** Records what the pages of a window ask for and what goes wrong in them, for the report of a test that fails. */
export function recordPages(window: BrowserContext): void {
  window.on('page', (page) => {
    const record: PageRecord = { page, unanswered: new Map(), askedAt: Date.now(), faults: [] };
    records.add(record);
    page.on('request', (request) => {
      record.askedAt = Date.now();
      record.unanswered.set(request, record.askedAt);
    });
    page.on('requestfinished', (request) => record.unanswered.delete(request));
    page.on('requestfailed', (request) => {
      record.unanswered.delete(request);
      record.faults.push(`${request.method()} ${request.url()}: ${request.failure()?.errorText}`);
    });
    page.on('response', (response) => {
      if (response.status() >= 400) record.faults.push(`${response.status()} of ${response.url()}`);
    });
    page.on('pageerror', (error) => record.faults.push(`error in the page: ${error.message}`));
    page.on('console', (line) => {
      if (line.type() === 'error') record.faults.push(`console: ${line.text()}`);
    });
  });
}

/** Before each test: pages that an earlier one closed say nothing about it, and what they lacked then neither. */
export function beginRecords(): void {
  begunAt = Date.now();
  for (const record of records) {
    if (record.page.isClosed()) records.delete(record);
    record.faults.length = 0;
  }
}

/** @returns address, what assistive technology reads, unanswered requests with their seconds and the last faults of each page that the test used */
export async function describePages(): Promise<string> {
  const now = Date.now();
  const used = [...records].filter(({ askedAt }) => askedAt >= begunAt);
  const parts = used.map(async ({ page, unanswered, faults }) => {
    const words = page.isClosed() ? 'closed' : (await page.locator('body').ariaSnapshot()).slice(0, 2_000);
    const waits = [...unanswered].map(
      ([request, since]) => `unanswered for ${Math.round((now - since) / 1000)} s: ${request.url()}`,
    );
    return [page.url(), words, ...waits, ...faults.slice(-12)].join('\n  ');
  });
  return (await Promise.all(parts)).join('\n');
}
