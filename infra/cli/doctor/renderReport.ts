import type { Finding, Severity } from '@star-graph/core/desk/doctor/findings';
import type { CheckReport, Detail } from '@star-graph/core/desk/doctor/runChecks';

export const pageOf = ({ code }: Pick<Finding, 'code'>): string => `infra/docs/doctor.md#${code}`;

const colours: Record<Severity | 'good' | 'quiet', string> = {
  error: '31',
  warning: '33',
  note: '36',
  good: '32',
  quiet: '2',
};
const marks: Record<Severity | 'good', string> = { error: '✗', warning: '!', note: 'i', good: '✓' };
const order: readonly Severity[] = ['error', 'warning', 'note'];

export interface Look {
  hasColour: boolean;
  /** Columns that a line may have. */
  width: number;
}

export const worstOf = (reports: readonly Pick<CheckReport, 'findings'>[]): Severity | undefined =>
  order.find((severity) => reports.some(({ findings }) => findings.some((one) => one.severity === severity)));

const nameColumns = 13;
const indent = 3;

export function renderReport(reports: readonly CheckReport[], look: Look): string {
  const lines = reports.flatMap((report) => renderCheck(report, look));
  return [...lines, ...(lines.at(-1) === '' ? [] : ['']), renderSum(reports, look)].join('\n');
}

function renderCheck(report: CheckReport, look: Look): string[] {
  const mark = worstOf([report]) ?? 'good';
  const head = `${paint(look, mark, marks[mark])} ${report.name.padEnd(nameColumns)} ${paint(look, 'quiet', report.summary)}`;
  const findings = report.findings.toSorted((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity));
  const details = report.details ?? [];
  return [
    head.trimEnd(),
    ...details.flatMap((one) => renderDetail(one, look)),
    ...findings.flatMap((one) => renderFinding(one, look)),
  ];
}

function renderDetail({ title, lines }: Detail, look: Look): string[] {
  const space = ' '.repeat(indent);
  const wrapped = lines.flatMap((line) =>
    wrap(line, look.width - indent - 4).map((part, index) => `${space}${index === 0 ? '' : '  '}  ${part}`),
  );
  return [`${space}${title}`, ...wrapped, ''];
}

function renderFinding(one: Finding, look: Look): string[] {
  const text = (words: string) =>
    wrap(words, look.width - indent - 9).map((line) => ' '.repeat(indent + 9) + line);
  const [first = '', ...rest] = text(one.what);
  const label = ' '.repeat(indent) + paint(look, one.severity, one.severity.padEnd(8));
  return [
    `${label} ${first.trimStart()}`,
    ...rest,
    ...text(`→ ${one.wayOut}`),
    `${' '.repeat(indent + 9)}${paint(look, 'quiet', pageOf(one))}`,
    '',
  ];
}

function renderSum(reports: readonly CheckReport[], look: Look): string {
  const all = reports.flatMap(({ findings }) => findings);
  const worst = worstOf(reports);
  if (worst === undefined) return paint(look, 'good', 'Nothing is wrong.');
  const counts = order
    .map((severity) => [all.filter((one) => one.severity === severity).length, severity] as const)
    .filter(([count]) => count > 0)
    .map(([count, severity]) => `${count} ${severity}${count === 1 ? '' : 's'}`);
  return paint(look, worst, `${counts.join(', ')}.`);
}

const paint = ({ hasColour }: Look, colour: keyof typeof colours, text: string): string =>
  hasColour && text !== '' ? `\u001B[${colours[colour]}m${text}\u001B[0m` : text;

/** A word that is longer than a line, such as a command with an address, stays whole so that it can be copied. */
function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
