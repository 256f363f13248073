/** A cube of side 1 as binary glTF 2.0, with a picture on each of its faces, or in one colour. */
export function cubeFile(
  look: { picture: Buffer } | { colour: readonly [number, number, number] },
  extras: object,
): Buffer {
  const { places, normals, corners, indices } = cubeOf();
  const parts = [
    Buffer.from(Float32Array.from(places).buffer),
    Buffer.from(Float32Array.from(normals).buffer),
    Buffer.from(Float32Array.from(corners).buffer),
    Buffer.from(Uint16Array.from(indices).buffer),
    ...('picture' in look ? [pad(look.picture)] : []),
  ];
  let at = 0;
  const bufferViews = parts.map((part) => {
    const view = { buffer: 0, byteOffset: at, byteLength: part.length };
    at += part.length;
    return view;
  });
  const pbr =
    'picture' in look
      ? { baseColorTexture: { index: 0 }, metallicFactor: 0 }
      : { baseColorFactor: [...look.colour, 1], metallicFactor: 0 };
  const vertices = places.length / 3;
  return joinChunks(
    {
      asset: { version: '2.0', generator: 'preview backend', extras },
      scene: 0,
      scenes: [{ nodes: [0] }],
      nodes: [{ mesh: 0 }],
      meshes: [
        {
          primitives: [{ attributes: { POSITION: 0, NORMAL: 1, TEXCOORD_0: 2 }, indices: 3, material: 0 }],
        },
      ],
      materials: [{ pbrMetallicRoughness: pbr }],
      ...('picture' in look && {
        textures: [{ source: 0 }],
        images: [{ bufferView: 4, mimeType: 'image/png' }],
      }),
      accessors: [
        {
          bufferView: 0,
          componentType: float,
          count: vertices,
          type: 'VEC3',
          min: [-0.5, -0.5, -0.5],
          max: [0.5, 0.5, 0.5],
        },
        { bufferView: 1, componentType: float, count: vertices, type: 'VEC3' },
        { bufferView: 2, componentType: float, count: vertices, type: 'VEC2' },
        { bufferView: 3, componentType: unsignedShort, count: indices.length, type: 'SCALAR' },
      ],
      bufferViews,
      buffers: [{ byteLength: at }],
    },
    Buffer.concat(parts),
  );
}

const float = 5126;
const unsignedShort = 5123;

/** Four corners for each face, since each face has its own normal and its own picture. */
function cubeOf() {
  const [places, normals, corners, indices]: [number[], number[], number[], number[]] = [[], [], [], []];
  for (const axis of [0, 1, 2]) {
    for (const side of [-1, 1]) {
      const first = places.length / 3;
      for (const [u, v] of [
        [0, 0],
        [1, 0],
        [1, 1],
        [0, 1],
      ] as const) {
        // The picture stands upright on the four sides.
        const across = (axis === 0 ? -side : side) * (u - 0.5);
        const place =
          axis === 0
            ? [side / 2, v - 0.5, across]
            : axis === 1
              ? [u - 0.5, side / 2, -side * (v - 0.5)]
              : [across, v - 0.5, side / 2];
        places.push(...place);
        normals.push(...[0, 1, 2].map((at) => (at === axis ? side : 0)));
        corners.push(u, 1 - v);
      }
      indices.push(...[0, 1, 2, 0, 2, 3].map((corner) => first + corner));
    }
  }
  return { places, normals, corners, indices };
}

const pad = (bytes: Buffer, fill = 0): Buffer =>
  Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4, fill)]);

function joinChunks(description: object, points: Buffer): Buffer {
  const chunk = (kind: string, bytes: Buffer): Buffer => {
    const head = Buffer.alloc(8);
    head.writeUInt32LE(bytes.length);
    head.write(kind, 4, 'latin1');
    return Buffer.concat([head, bytes]);
  };
  const body = Buffer.concat([
    chunk('JSON', pad(Buffer.from(JSON.stringify(description)), 0x20)),
    chunk('BIN\0', points),
  ]);
  const head = Buffer.alloc(12);
  head.write('glTF', 'latin1');
  head.writeUInt32LE(2, 4);
  head.writeUInt32LE(head.length + body.length, 8);
  return Buffer.concat([head, body]);
}
