import type { Language } from '../texts/language.ts';

/** What samplers and schedulers do, by the names under which ComfyUI knows them. */
const words: Readonly<Record<string, Readonly<Record<string, readonly [en: string, zh: string]>>>> = {
  samplers: {
    euler: ['Simple and dependable', '简单可靠'],
    euler_ancestral: ['Soft, another picture at each count of steps', '柔和，随步数变化'],
    euler_cfg_pp: ['Simple, at low guidance', '简单，适合低引导'],
    heun: ['Exact, twice as slow', '精确，耗时翻倍'],
    dpm_2: ['Exact details, twice as slow', '细节精确，耗时翻倍'],
    dpm_2_ancestral: ['Lively details, twice as slow', '细节生动，耗时翻倍'],
    lms: ['Classic, smooth', '经典，平滑'],
    dpm_fast: ['Very quick, rough', '极快，粗略'],
    dpm_adaptive: ['Chooses its own steps', '自行决定步数'],
    dpmpp_2s_ancestral: ['Lively, twice as slow', '生动，耗时翻倍'],
    dpmpp_sde: ['Rich details, twice as slow', '细节丰富，耗时翻倍'],
    dpmpp_2m: ['Sharp in few steps', '少步数即清晰'],
    dpmpp_2m_sde: ['Rich details', '细节丰富'],
    dpmpp_3m_sde: ['Rich details in many steps', '多步数时细节丰富'],
    ddpm: ['Original, needs many steps', '原始方法，需要较多步数'],
    lcm: ['For LCM models, very few steps', '用于 LCM 模型，步数极少'],
    ddim: ['Classic, the same at any count of steps', '经典，画面不随步数变化'],
    uni_pc: ['Clear in very few steps', '极少步数即清晰'],
    uni_pc_bh2: ['Clear in very few steps, gentler', '极少步数即清晰，更柔和'],
    res_multistep: ['Clear, for newer models', '清晰，适合较新的模型'],
    deis: ['Smooth in few steps', '少步数即平滑'],
    ipndm: ['Smooth and quick', '平滑快速'],
    gradient_estimation: ['Steady in few steps', '少步数即稳定'],
    er_sde: ['Natural details', '细节自然'],
  },
  schedulers: {
    simple: ['Even steps, for newer models', '均匀，适合较新的模型'],
    normal: ['Even steps', '均匀'],
    karras: ['More steps on details', '侧重细节'],
    exponential: ['Smooth, more steps on details', '平滑，侧重细节'],
    sgm_uniform: ['For turbo models', '适合 Turbo 模型'],
    ddim_uniform: ['Even steps, for DDIM', '均匀，适合 DDIM'],
    beta: ['More steps on shapes and details', '兼顾构图与细节'],
    linear_quadratic: ['Slow at first, for films', '先慢后快，适合视频'],
    kl_optimal: ['For very few steps', '适合极少的步数'],
  },
};

/** Undefined: nobody has put it into words, and its name is all there is. */
export function sayInWords(list: string | undefined, name: string, language: Language): string | undefined {
  const said = words[list ?? ''];
  if (!said || !Object.hasOwn(said, name)) return undefined;
  return said[name]?.[language === 'en' ? 0 : 1];
}
