/**
 * What a test needs, by the last suffix of its file's name: none is `unit`, which needs nothing but Node; `.services`
 * takes a database, Redis or S3, or starts a process; `.browser` runs pages in a browser; `.ops` builds images or needs
 * the programs of operators.
 */
type TestKind = 'unit' | 'services' | 'browser' | 'ops';

/** What the name of a test file says. */
export interface TestFileName {
  kind: TestKind;
  /** `.slow`: takes long and rarely breaks, so `npm run test:all` runs it, and `npm test` does not. */
  isSlow: boolean;
  /** `.alone`: replaces a global or a module, or measures its process, so it shares its process with no other file. */
  isAlone: boolean;
  /** All of them, as they stand in the name: `.alone.slow.services`. */
  suffixes: string;
}

const fileName = /^[^.]+((\.alone)?(\.slow)?(?:\.(services|browser|ops))?)\.test\.tsx?$/;

/** @returns undefined for a name that no project runs */
export function parseTestFileName(path: string): TestFileName | undefined {
  const [name, suffixes = '', alone, slow, kind = 'unit'] = fileName.exec(path.replace(/^.*\//, '')) ?? [];
  if (name === undefined || (kind === 'ops' && suffixes !== '.ops')) return undefined;
  return { kind: kind as TestKind, isSlow: slow !== undefined, isAlone: alone !== undefined, suffixes };
}

/** The project of the runner that has these files: `slow-services-alone`. */
export const nameTestProject = ({ kind, isSlow, isAlone }: TestFileName): string =>
  `${isSlow ? 'slow-' : ''}${kind}${isAlone ? '-alone' : ''}`;

/** Each file belongs to one of them. */
export const testProjects: readonly TestFileName[] = ['', '.services', '.browser', '.ops']
  .flatMap((kind) => ['', '.slow'].flatMap((slow) => ['', '.alone'].map((alone) => alone + slow + kind)))
  .map((suffixes) => parseTestFileName(`any${suffixes}.test.ts`))
  .filter((file) => file !== undefined);
