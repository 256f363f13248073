/** Samplers by the names that these programs know, in their order, and as GPU servers call them. */
const samplers: readonly (readonly [string, string])[] = [
  ['DPM++ 2M', 'dpmpp_2m'],
  ['DPM++ SDE', 'dpmpp_sde'],
  ['DPM++ 2M SDE', 'dpmpp_2m_sde'],
  ['DPM++ 2M SDE Heun', 'dpmpp_2m_sde_heun'],
  ['DPM++ 2S a', 'dpmpp_2s_ancestral'],
  ['DPM++ 3M SDE', 'dpmpp_3m_sde'],
  ['Euler a', 'euler_ancestral'],
  ['Euler', 'euler'],
  ['LMS', 'lms'],
  ['Heun', 'heun'],
  ['DPM2', 'dpm_2'],
  ['DPM2 a', 'dpm_2_ancestral'],
  ['DPM fast', 'dpm_fast'],
  ['DPM adaptive', 'dpm_adaptive'],
  ['DDIM', 'ddim'],
  ['UniPC', 'uni_pc'],
  ['LCM', 'lcm'],
];

const schedulers: readonly (readonly [string, string])[] = [
  ['Uniform', 'normal'],
  ['Karras', 'karras'],
  ['Exponential', 'exponential'],
  ['SGM Uniform', 'sgm_uniform'],
  ['KL Optimal', 'kl_optimal'],
  ['Simple', 'simple'],
  ['DDIM', 'ddim_uniform'],
  ['Beta', 'beta'],
];

/** A list of names in two languages: theirs, and that of GPU servers. */
interface NameList {
  /** As GPU servers call it; a name that is not in the list stays what it is. */
  toOurs(name: string): string;
  toTheirs(name: string): string;
}

const fold = (name: string): string => name.trim().toLowerCase();

export function createNameList(pairs: readonly (readonly [string, string])[]): NameList {
  const ours = new Map(pairs.map(([theirs, name]) => [fold(theirs), name]));
  const theirs = new Map(pairs.map(([shown, name]) => [name, shown]));
  return {
    toOurs: (name) => ours.get(fold(name)) ?? name,
    toTheirs: (name) => theirs.get(name) ?? name,
  };
}

export const samplerNames = createNameList(samplers);
export const schedulerNames = createNameList(schedulers);

/** Words that leave the choice to the model. */
const isOpen = (name: string | undefined): boolean =>
  name === undefined || ['', 'none', 'automatic'].includes(fold(name));

/** Older programs name both at once, as `DPM++ 2M Karras`. */
const bothPattern = /^(.+) (karras|exponential)$/i;

/** Sampler and scheduler as GPU servers call them; undefined: the model's own. */
export function readSampler(
  sampler: string | undefined,
  scheduler: string | undefined,
): { sampler: string | undefined; scheduler: string | undefined } {
  const [, alone, suffix] = bothPattern.exec(sampler?.trim() ?? '') ?? [];
  const named = { sampler: alone ?? sampler, scheduler: isOpen(scheduler) ? suffix : scheduler };
  return {
    sampler:
      named.sampler === undefined || isOpen(named.sampler) ? undefined : samplerNames.toOurs(named.sampler),
    scheduler:
      named.scheduler === undefined || isOpen(named.scheduler)
        ? undefined
        : schedulerNames.toOurs(named.scheduler),
  };
}
