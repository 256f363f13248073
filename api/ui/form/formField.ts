import type { FileKind } from '@star-graph/workflows/shared/mediaKinds';

/** One of several values that a person chooses from. */
export interface Choice {
  value: string | number;
  /** Another value that means the same, and is not shown. */
  alias?: string;
  label: string;
  /** Why it cannot be chosen now. */
  unavailable?: string | undefined;
  /** Under the label: what a model is good at, or the technical name of a sampler. */
  description?: string | undefined;
  /** A file of a model, with what the pool knows of it. */
  isFile?: true;
  /** What a model was trained as. */
  family?: string | undefined;
  sampleUrl?: string | undefined;
  /** As measured on the pool, of a usual picture. */
  seconds?: number | undefined;
  leastCost?: number | undefined;
  /** Where it multiplies the price, and that is not known. */
  pricePercent?: number | undefined;
  licence?: string | undefined;
  /** Words of a prompt that a LoRA answers to. */
  triggerWords?: readonly string[] | undefined;
}

/** Numbers that a parameter takes; counted from `minimum`, which is on the grid. */
export interface NumberLimits {
  minimum: number | undefined;
  maximum: number | undefined;
  step: number | 'any';
}

export type FieldControl =
  | {
      kind: 'text';
      isMultiline: boolean;
      minLength: number;
      maxLength: number | undefined;
      default: string | undefined;
    }
  | {
      kind: 'choice';
      options: readonly Choice[];
      /** The pool has told no names, so any may be typed. */
      isOpen: boolean;
      /** Chooses what draws: sent even where it is the default. */
      isModel: boolean;
      default: string | number | undefined;
    }
  | ({ kind: 'number'; isWhole: boolean; default: number | undefined } & NumberLimits)
  | ({ kind: 'seed' } & NumberLimits)
  /** Width and height as one; without defaults they follow the picture. */
  | { kind: 'size'; width: SideLimits; height: SideLimits }
  /** Pixels to add around a picture. */
  | { kind: 'sides'; sides: readonly FieldOf<'number'>[] }
  | { kind: 'switch'; default: boolean }
  | { kind: 'rows'; fields: readonly FormField[]; most: number }
  | { kind: 'asset'; media: FileKind }
  /** A picture of the same size as that of the parameter `of`, painted over it. */
  | { kind: 'mask'; of: string };

export interface SideLimits extends NumberLimits {
  default: number | undefined;
}

/** One control of a form. */
export type FormField = {
  name: string;
  /** Parameters that it sets: itself, or the two sides of a size. */
  params: readonly string[];
  title: string;
  description: string | undefined;
  isRequired: boolean;
  /** Shown at once; the rest is behind *More*. */
  isEssential: boolean;
} & FieldControl;

export type FieldOf<Kind extends FieldControl['kind']> = FormField & Extract<FieldControl, { kind: Kind }>;
