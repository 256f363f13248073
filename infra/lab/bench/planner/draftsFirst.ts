import { findBuiltin } from '@star-graph/workflows/builtin';
import type { Workflow, WorkflowParams } from '@star-graph/workflows/workflow';
import { createDraws, type Draws } from './random.ts';

/** A day of people who each want one picture that pleases them. */
export interface DraftsCase {
  people: number;
  /** The share of pictures that please; of a draft it is seen as well as of a whole picture. */
  pleases: number;
  /** The share of chosen drafts that still please when they are finished. */
  keeps: number;
}

export interface DraftsOutcome {
  /** GPU-seconds of the whole day. */
  whole: number;
  drafts: number;
}

interface Engine {
  name: string;
  whole: WorkflowParams;
  quick: WorkflowParams;
}

const round = { prompt: 'a sea', count: 4 };
const [side, quickSide] = [1024, 640];
const engine = (name: string, quickSteps: number): Engine => ({
  name,
  whole: { ...round, width: side, height: side },
  quick: { ...round, width: quickSide, height: quickSide, steps: quickSteps },
});

/** Steps of a quick draft as the forms of these engines have them. */
export const draftEngines: readonly Engine[] = [
  engine('z-image', 4),
  engine('krea2-turbo', 4),
  engine('flux1-dev', 8),
  engine('qwen-image', 10),
];

function secondsOf(workflow: Workflow, raw: WorkflowParams, images = {}): number {
  const params = workflow.params.parse(raw);
  return workflow.estimateSeconds(params, images);
}

const findWorkflow = (name: string): Workflow => {
  const found = findBuiltin(name);
  if (!found) throw new Error(`no workflow ${name}`);
  return found;
};

/** Rounds of four until one pleases: whole at once, or small and in few steps with the chosen one finished. */
export function simulateDay({ name, whole, quick }: Engine, of: DraftsCase, seed: number): DraftsOutcome {
  const draws = createDraws(seed);
  const image = '01900000-0000-7000-8000-000000000000';
  const finish = secondsOf(
    findWorkflow('z-image-refine'),
    { image, prompt: round.prompt },
    { image: { width: quickSide, height: quickSide } },
  );
  const [wholeRound, quickRound] = [whole, quick].map((raw) => secondsOf(findWorkflow(name), raw)) as [
    number,
    number,
  ];
  const outcome = { whole: 0, drafts: 0 };
  for (let person = 0; person < of.people; person += 1) {
    outcome.whole += wholeRound * roundsUntil(draws, of.pleases);
    do outcome.drafts += quickRound * roundsUntil(draws, of.pleases) + finish;
    while (draws.share() >= of.keeps);
  }
  return outcome;
}

function roundsUntil({ share }: Draws, pleases: number): number {
  const one = 1 - (1 - pleases) ** round.count;
  let rounds = 1;
  while (share() >= one) rounds += 1;
  return rounds;
}

export const draftsCase: DraftsCase = { people: 2_000, pleases: 0.2, keeps: 0.9 };

/** The shares of GPU time that drafts take, by engine and by how often a picture pleases. */
export function renderDrafts(seed: number): string {
  const shares = [0.1, 0.2, 0.4];
  const head = ['engine', ...shares.map((pleases) => `one in ${1 / pleases} pleases`)].join(' | ');
  const rows = draftEngines.map((engine) =>
    [
      engine.name,
      ...shares.map((pleases) => {
        const { whole, drafts } = simulateDay(engine, { ...draftsCase, pleases }, seed);
        return (drafts / whole).toFixed(2);
      }),
    ].join(' | '),
  );
  return [head, head.replaceAll(/[^|]+/g, '---'), ...rows].map((row) => `| ${row} |`).join('\n');
}
