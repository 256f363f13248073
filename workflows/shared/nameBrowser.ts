/** The more special first: each of them says that it is those after it too. */
const browsers = [
  ['Edg', 'Edge'],
  ['OPR', 'Opera'],
  ['Firefox', 'Firefox'],
  ['FxiOS', 'Firefox'],
  ['Chrome', 'Chrome'],
  ['CriOS', 'Chrome'],
  ['Safari', 'Safari'],
] as const;
const systems = [
  ['Windows', 'Windows'],
  ['iPhone', 'iPhone'],
  ['iPad', 'iPad'],
  ['Android', 'Android'],
  ['CrOS', 'ChromeOS'],
  ['Mac OS X', 'macOS'],
  ['Linux', 'Linux'],
] as const;

/** Firefox, Windows; undefined where a program is no browser that we know. */
export function nameBrowser(userAgent: string): string | undefined {
  const find = (list: readonly (readonly [part: string, name: string])[]) =>
    list.find(([part]) => userAgent.includes(part))?.[1];
  const browser = find(browsers);
  const system = find(systems);
  return browser && (system ? `${browser}, ${system}` : browser);
}
