/** What of Playwright's pages and elements is awaited here: the browser tests of two packages bring their own. */
interface Elements {
  nth(index: number): { waitFor(options: { state: 'attached' | 'detached' }): Promise<void> };
}
interface Answer {
  url(): string;
  ok(): boolean;
  request(): { method(): string };
}
interface AnsweredPage {
  waitForResponse(isMeant: (answer: Answer) => boolean): Promise<Answer>;
}

/** Until so many elements match. */
export async function untilCount(elements: Elements, count: number): Promise<void> {
  if (count > 0) await elements.nth(count - 1).waitFor({ state: 'attached' });
  await elements.nth(count).waitFor({ state: 'detached' });
}

/** Acts, until the page has the answer to what it sends then: `POST /api/v1/assets/deletions`. */
export async function untilAnswered(
  page: AnsweredPage,
  request: string | RegExp,
  act: () => Promise<unknown>,
): Promise<void> {
  const isMeant = (answer: Answer) => {
    const sent = `${answer.request().method()} ${new URL(answer.url()).pathname}`;
    return typeof request === 'string' ? sent === request : request.test(sent);
  };
  const [answer] = await Promise.all([page.waitForResponse(isMeant), act()]);
  if (!answer.ok()) throw new Error(`${answer.request().method()} ${answer.url()} was refused`);
}
