import type { PageFile } from '@star-graph/client/describePageFiles';
import type { ModelPageView } from '@star-graph/contract/admin/modelPages';
import { LaunchFailure } from '../../launcher/failure.ts';

/** The files of a page that are wanted. @throws LaunchFailure for a name that the page has not. */
export function chooseFiles(page: ModelPageView, names: readonly string[]): PageFile[] {
  if (names.length === 0) return page.files.slice(0, 1);
  return names.map((name) => {
    const file = page.files.find((one) => one.name === name);
    if (!file)
      throw new LaunchFailure(
        `The page has no file "${name}". It has ${page.files.map((one) => one.name).join(', ')}.`,
      );
    return file;
  });
}

const mayBeSold = { yes: 'may be sold', no: 'may NOT be sold', unknown: 'read it first' };

export function describePage(page: ModelPageView, chosen: readonly PageFile[]): string {
  const { licence } = page;
  return [
    page.title,
    `  page      ${page.address}${page.isGated ? '  (gated: the agent needs a key)' : ''}`,
    `  made of   ${page.baseModel ?? 'the page does not say'}; family ${page.family ?? 'unknown here'}`,
    `  licence   ${licence ? `${licence.name} (pictures ${mayBeSold[licence.mayBeSold]})` : 'the page names none: read it first'}`,
    `  words     ${page.triggerWords.join(', ') || 'none'}`,
    `  sample    ${page.hasSample ? 'the first picture of the page' : 'none'}`,
    ...page.files.map(
      (file) =>
        `${chosen.includes(file) ? '  fetch  ' : '  leave  '}   ${file.folder}/${file.name}  ${file.bytes === undefined ? 'size unknown' : `${(file.bytes / 1e9).toFixed(2)} GB`}  ${file.sha256 === undefined ? 'no checksum' : `SHA-256 ${file.sha256.slice(0, 12)}…`}\n            ${file.url}`,
    ),
  ].join('\n');
}
