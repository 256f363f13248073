import type { Locator, Page } from 'playwright-core';

/** The parameter's place in a form. */
export const fieldOf = (page: Page, name: string): Locator => page.locator(`[data-field=${name}]`);

/** The field for the exact number, beside its slider. */
export const numberOf = (page: Page, name: string): Locator =>
  fieldOf(page, name).locator('input[type=number]');

/** What a list is opened by: a button, or the field that searches in it. */
export const listOf = (place: Locator): Locator => place.getByRole('combobox');

/** Chooses from a list as a person does. */
export async function choose(page: Page, list: Locator, option: string): Promise<void> {
  const isSearched = await list.evaluate((element) => element instanceof HTMLInputElement);
  if (isSearched) await list.fill(option);
  else await list.click();
  await page.getByRole('option').filter({ hasText: option }).first().click();
}

/** What is chosen in a list. */
export const readChoice = (list: Locator): Promise<string> =>
  list.evaluate((element) =>
    element instanceof HTMLInputElement ? element.value : (element.textContent ?? ''),
  );
