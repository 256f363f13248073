import { createRequire } from 'node:module';
import { dirname, sep } from 'node:path';
import { parentPort } from 'node:worker_threads';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import { type LayersModel, loadLayersModel } from '@tensorflow/tfjs-layers';
import { MobileNetV2Model } from 'nsfwjs/models/mobilenet_v2';
import { invariant } from '../../ground/errors.ts';
import type { Scores } from './classifier.ts';
import type { WorkerReply } from './localClassifier.ts';

/** In the order of the network's outputs. */
const classes = ['drawing', 'hentai', 'neutral', 'porn', 'sexy'] as const;
const side = 224;

/** The package's declarations do not reach its models. */
interface PackagedModel {
  modelJson(): Promise<{ default: ModelFile }>;
  /** Base64. */
  weightBundles: (() => Promise<{ default: string }>)[];
}

interface ModelFile {
  modelTopology: object;
  weightsManifest: { weights: object[] }[];
}

/** Nothing is fetched: topology and weights are read from the installed package. */
async function loadModel(): Promise<LayersModel> {
  const require = createRequire(import.meta.url);
  setWasmPaths(dirname(require.resolve('@tensorflow/tfjs-backend-wasm')) + sep);
  invariant(await tf.setBackend('wasm'), 'the WASM backend of TensorFlow.js starts');
  const packaged: PackagedModel = MobileNetV2Model;
  const file = (await packaged.modelJson()).default;
  const parts = await Promise.all(packaged.weightBundles.map(async (load) => (await load()).default));
  const bytes = Buffer.concat(parts.map((part) => Buffer.from(part, 'base64')));
  const artifacts = {
    modelTopology: file.modelTopology,
    weightSpecs: file.weightsManifest.flatMap((group) => group.weights),
    weightData: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength),
  };
  return loadLayersModel({ load: () => Promise.resolve(artifacts as tf.io.ModelArtifacts) });
}

let loading: Promise<LayersModel> | undefined;

async function score(pixels: Uint8Array): Promise<Scores> {
  loading ??= loadModel();
  const model = await loading;
  const output = tf.tidy(() => {
    const samples = Float32Array.from(pixels, (value) => value / 255);
    const predicted = model.predict(tf.tensor4d(samples, [1, side, side, 3]));
    invariant(predicted instanceof tf.Tensor, 'the network has one output');
    return predicted;
  });
  const values = await output.data();
  output.dispose();
  return Object.fromEntries(classes.map((name, index) => [name, values[index] ?? 0]));
}

const port = parentPort;
invariant(port, 'localWorker.ts runs as a thread');
port.on('message', async (pixels: Uint8Array) => {
  const reply: WorkerReply = await score(pixels).then(
    (scores) => ({ scores }),
    (error: unknown) => ({ fault: error instanceof Error ? error.message : String(error) }),
  );
  port.postMessage(reply);
});
