import { useEffect, useRef, useState } from 'preact/hooks';
import {
  ACESFilmicToneMapping,
  Box3,
  DirectionalLight,
  HemisphereLight,
  MathUtils,
  Mesh,
  type Object3D,
  PerspectiveCamera,
  Scene,
  Texture,
  Vector3,
  WebGLRenderer,
} from 'three';
import { OrbitControls } from 'three/addons/controls/OrbitControls.js';
import { GLTFLoader } from 'three/addons/loaders/GLTFLoader.js';
import { OBJLoader } from 'three/addons/loaders/OBJLoader.js';
import { defineTexts } from '../texts/defineTexts.ts';
import './unseen.css';

const texts = defineTexts({
  turn: {
    en: (name: string) => `${name}: a 3D model. Drag or use the arrow keys to turn it`,
    'zh-CN': (name: string) => `${name}：3D 模型。拖动或按方向键旋转`,
  },
  broken: { en: 'This browser can’t show 3D models', 'zh-CN': '此浏览器无法显示 3D 模型' },
  missing: { en: 'The 3D model could not be loaded', 'zh-CN': '无法加载 3D 模型' },
});

interface BodyViewerProps {
  url: string;
  /** In Wavefront's text; otherwise in binary glTF. */
  isWritten: boolean;
  name: string;
  onStale?: (() => void) | undefined;
}

/** A body that is turned by hand. Everything that draws it is fetched with it. */
export function BodyViewer({ url, isWritten, name, onStale }: BodyViewerProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [fault, setFault] = useState<string>();
  useEffect(() => {
    if (!canvas.current) return;
    try {
      return show(canvas.current, { url, isWritten }, () => {
        setFault(texts.missing);
        onStale?.();
      });
    } catch {
      // The drawing library throws where the browser draws nothing in space.
      setFault(texts.broken);
      return;
    }
  }, [url]);
  if (fault !== undefined) return <p class="sg-unseen">{fault}</p>;
  return <canvas ref={canvas} class="sg-body" tabIndex={0} role="img" aria-label={texts.turn(name)} />;
}

/** By how much a press of a key turns it. */
const step = Math.PI / 12;

/** @returns what ends it. */
function show(
  canvas: HTMLCanvasElement,
  { url, isWritten }: Pick<BodyViewerProps, 'url' | 'isWritten'>,
  onStale: () => void,
): () => void {
  const renderer = new WebGLRenderer({ canvas, antialias: true, alpha: true });
  renderer.toneMapping = ACESFilmicToneMapping;
  const scene = new Scene();
  const sun = new DirectionalLight('white', 2);
  sun.position.set(3, 4, 5);
  scene.add(new HemisphereLight('white', 'gray', 2), sun);
  const camera = new PerspectiveCamera(40, 1, 0.01, 100);
  const controls = new OrbitControls(camera, canvas);
  controls.enablePan = false;
  const draw = () => renderer.render(scene, camera);
  controls.addEventListener('change', draw);
  const resized = new ResizeObserver(() => {
    const { clientWidth, clientHeight } = canvas;
    renderer.setPixelRatio(devicePixelRatio);
    renderer.setSize(clientWidth, clientHeight, false);
    camera.aspect = clientWidth / Math.max(1, clientHeight);
    camera.updateProjectionMatrix();
    draw();
  });
  resized.observe(canvas);
  let isOver = false;
  const load = async () => {
    if (isWritten) return new OBJLoader().loadAsync(url);
    return (await new GLTFLoader().loadAsync(url)).scene;
  };
  const place = (body: Object3D) => {
    if (isOver) return free(body);
    const box = new Box3().setFromObject(body);
    const size = box.getSize(new Vector3()).length() || 1;
    body.position.sub(box.getCenter(new Vector3()));
    scene.add(body);
    // Its corners stay inside, however it is turned and whichever side of the place is the shorter.
    const upright = MathUtils.degToRad(camera.fov / 2);
    const narrow = Math.min(upright, Math.atan(Math.tan(upright) * camera.aspect));
    const distance = size / 2 / Math.sin(narrow);
    camera.near = size / 100;
    camera.far = distance * 4;
    controls.minDistance = size / 4;
    controls.maxDistance = distance * 3;
    camera.position.set(0.6, 0.5, 1).setLength(distance);
    camera.updateProjectionMatrix();
    controls.update();
    canvas.dataset.loaded = '';
    draw();
  };
  load()
    .then(place)
    .catch(() => !isOver && onStale());
  const turn = (event: KeyboardEvent) => {
    const [around, up] = turns[event.key] ?? [];
    if (around === undefined || up === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    const place = camera.position.clone();
    place.applyAxisAngle(new Vector3(0, 1, 0), around * step);
    place.applyAxisAngle(new Vector3(1, 0, 0).applyQuaternion(camera.quaternion), up * step);
    camera.position.copy(place);
    controls.update();
    draw();
  };
  canvas.addEventListener('keydown', turn);
  return () => {
    isOver = true;
    canvas.removeEventListener('keydown', turn);
    resized.disconnect();
    controls.dispose();
    free(scene);
    renderer.dispose();
    // Browsers keep few drawings in space at a time, and would end one that is still looked at.
    renderer.forceContextLoss();
  };
}

/** The graphics memory of what it is made of, which no collector of garbage gives back. */
function free(body: Object3D): void {
  body.traverse((part) => {
    if (!(part instanceof Mesh)) return;
    part.geometry.dispose();
    for (const material of [part.material].flat()) {
      for (const texture of Object.values(material)) {
        if (!(texture instanceof Texture)) continue;
        texture.dispose();
        if (texture.image instanceof ImageBitmap) texture.image.close();
      }
      material.dispose();
    }
  });
}

const turns: Readonly<Record<string, readonly [around: number, up: number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};
