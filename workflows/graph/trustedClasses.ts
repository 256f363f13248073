/**
 * Modules of ComfyUI itself; those of node packs have other names, and so do its nodes for services on the network
 * (`comfy_api_nodes`).
 */
export const isCoreModule = (module: string | undefined): boolean =>
  module === 'nodes' || module?.startsWith('comfy_extras.') === true;

/** ComfyUI's own classes that do more than compute, each group with what it does. */
const guarded: readonly (readonly [does: string, names: readonly string[]])[] = [
  [
    'writes files on its server that the platform neither collects nor removes',
    [
      ...['CheckpointSave', 'CLIPSave', 'ImageOnlyCheckpointSave', 'LoraSave', 'ModelSave', 'SaveLatent'],
      ...['SaveImageDataSetToFolder', 'SaveImageTextDataSetToFolder', 'SaveLoRA', 'SaveTrainingDataset'],
      'VAESave',
    ],
  ],
  [
    'reads files of its server that belong to no task, such as what other people uploaded or made',
    [
      ...['Load3D', 'Load3DAdvanced', 'LoadImageOutput', 'LoadLatent', 'LoadTrainingDataset'],
      ...['LoadImageDataSetFromFolder', 'LoadImageTextDataSetFromFolder', 'LoadVideoDataSetFromFolder'],
      ...['LoadVideoTextDataSetFromFolder', 'RecordAudio', 'WebcamCapture'],
    ],
  ],
  [
    'loads model files of a folder that the platform does not list, so that nobody can be kept from one',
    [
      ...['DiffusersLoader', 'GLIGENLoader', 'HypernetworkLoader', 'LoadMediaPipeFaceLandmarker'],
      ...['OpticalFlowLoader', 'PhotoMakerLoader'],
    ],
  ],
  [
    'runs what a text in the graph says, which may never end or may reach further than it should',
    [
      ...['ComfyMathExpression', 'GLSLShader', 'RegexExtract', 'RegexMatch', 'RegexReplace', 'StringFormat'],
      'TorchCompileModel',
    ],
  ],
  ['trains a model', ['TrainLoraNode']],
  [
    'chooses among the devices of its server',
    ['MultiGPU_WorkUnits', 'SelectCLIPDevice', 'SelectModelDevice', 'SelectVAEDevice'],
  ],
];

/** What these classes do beyond computing, by their names. */
export const guardedClasses: ReadonlyMap<string, string> = new Map(
  guarded.flatMap(([does, names]) => names.map((name) => [name, does] as const)),
);
