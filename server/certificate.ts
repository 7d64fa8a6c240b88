import 'reflect-metadata';
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from '@peculiar/x509';
import { createPublicKey, generateKeyPairSync, randomBytes, webcrypto, type KeyObject } from 'node:crypto';
import { isIP } from 'node:net';

const validYears = 10;

/** Makes a new private key for TLS (P-256). */
export function createTlsKey(): KeyObject {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
}

/**
 * Issues the certificate of the server's TLS key, signed by the server's Ed25519 signing key, for the given host names and addresses. Gives PEM.
 *
 * Desks pin the TLS key, and accept another whose certificate the pinned signing key has issued: so a new TLS key needs no announcement
 * (docs/decisions/0026). Its dates say nothing to a desk; they are long so that nothing ends at night.
 */
export async function issueCertificate(request: {
  readonly server: string;
  readonly hosts: readonly string[];
  readonly tlsKey: KeyObject;
  readonly signingKey: KeyObject;
  readonly nowMs: number;
}): Promise<string> {
  const subject = await toWebKey(
    createPublicKey(request.tlsKey),
    { name: 'ECDSA', namedCurve: 'P-256' },
    'verify',
  );
  const issuer = await toWebKey(request.signingKey, { name: 'Ed25519' }, 'sign');
  const notAfter = new Date(request.nowMs);
  notAfter.setUTCFullYear(notAfter.getUTCFullYear() + validYears);
  const certificate = await X509CertificateGenerator.create(
    {
      // The highest bit is clear: a serial number is positive.
      serialNumber: `01${randomBytes(15).toString('hex')}`,
      subject: `CN=Rollkeep district server, 2.5.4.5=${request.server}`,
      issuer: `CN=Rollkeep district server key, 2.5.4.5=${request.server}`,
      notBefore: new Date(request.nowMs - 24 * 60 * 60_000),
      notAfter,
      publicKey: subject,
      signingKey: issuer,
      signingAlgorithm: { name: 'Ed25519' },
      extensions: [
        new BasicConstraintsExtension(false, undefined, true),
        new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
        new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
        new SubjectAlternativeNameExtension(
          request.hosts.map((value) => ({ type: isIP(value) === 0 ? 'dns' : 'ip', value })),
        ),
      ],
    },
    webcrypto,
  );
  return `${certificate.toString('pem')}\n`;
}

async function toWebKey(
  key: KeyObject,
  algorithm: { readonly name: string; readonly namedCurve?: string },
  usage: 'sign' | 'verify',
): Promise<webcrypto.CryptoKey> {
  return key.type === 'private'
    ? webcrypto.subtle.importKey('pkcs8', key.export({ type: 'pkcs8', format: 'der' }), algorithm, true, [
        usage,
      ])
    : webcrypto.subtle.importKey('spki', key.export({ type: 'spki', format: 'der' }), algorithm, true, [
        usage,
      ]);
}
