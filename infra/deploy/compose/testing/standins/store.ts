import { once } from 'node:events';
import { startS3rver } from '@star-graph/core/testing/services/s3rver';

const service = await startS3rver({
  anonymous: 'denied',
  directory: '/objects',
  listen: { host: '0.0.0.0', port: 7070 },
});
await once(process, 'SIGTERM');
await service.stop();
