import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { finding } from '@star-graph/core/desk/doctor/findings';
import type { Check } from '@star-graph/core/desk/doctor/runChecks';
import type { Clock } from '@star-graph/core/ground/runtime/clock';
import { judgeEnd } from './certificate.ts';

/** The one that the API serves by itself. */
export const ownCertificateCheck = ({ clock }: { clock: Clock }, root: string, file: string): Check => ({
  name: 'certificate',
  limitMs: 5_000,
  async run() {
    const path = resolve(root, file);
    try {
      const { validToDate } = new X509Certificate(readFileSync(path));
      return {
        summary: `until ${validToDate.toISOString().slice(0, 10)}`,
        findings: judgeEnd('The certificate of TLS_CERT_FILE', validToDate, clock.now()),
      };
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      return {
        summary: '',
        findings: [
          finding(
            'certificate-unreadable',
            `TLS_CERT_FILE cannot be used: ${why.replace(/\.$/, '')}.`,
            'Name a PEM file with the certificate and its chain, which the user of the API may read.',
          ),
        ],
      };
    }
  },
});
