import { untilAnswered } from '@star-graph/api/testing/calls/pageWaits';
import { adminPassword } from '@star-graph/api/testing/servers/apiServer';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, vi } from 'vitest';
import { type ConsoleSetup, signIn, startConsole } from './consoleSetup.ts';

/** A platform of one's own whose administrator sits at the desk: one page for all tests of a file. */
export function deskFixture() {
  let setup: ConsoleSetup;
  let page: Page;
  beforeAll(async () => {
    setup = await startConsole();
    page = await setup.open('/');
    await signIn(page, { username: 'admin', password: adminPassword });
  });
  afterAll(async () => setup[Symbol.asyncDispose]());

  const call = (path: string, token: string) => setup.platform.api.call(path, { token });
  return {
    /** In a test, and not before: they are made when the tests begin. */
    get setup() {
      return setup;
    },
    get page() {
      return page;
    },
    call,
    go: (name: string) => page.getByRole('navigation', { name: 'Administration' }).getByText(name).click(),
    untilAlerted: (text: RegExp) => page.getByRole('alert').filter({ hasText: text }).first().waitFor(),
    /** Presses, until the platform has done what the press sends. */
    untilDone: (request: RegExp, button: Locator, on = page) =>
      untilAnswered(on, request, () => button.click()),
    /** @returns the id of the accepted task. */
    submit: (prompt: string, token: string): Promise<string> =>
      // The platform may not know yet what its server runs.
      vi.waitFor(
        async () => {
          const headers = { 'idempotency-key': crypto.randomUUID() };
          const body = { prompt, steps: 6 };
          const answer = await setup.platform.api.call('/api/v1/generate/text2img', { token, body, headers });
          expect(answer.status).toBe(202);
          return answer.body.id;
        },
        { timeout: 120_000, interval: 200 },
      ),
  };
}
