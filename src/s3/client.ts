/** The way to S3, with the credentials that AWS's own tools would take: the environment, ~/.aws, SSO, a role. */
import type { S3Client } from '@aws-sdk/client-s3';
import { explainS3 } from './errors.ts';

export type S3 = {
  readonly client: S3Client;
  /** The server's address; "" is AWS's own. */
  readonly endpoint: string;
  /** Makes an error one for people, without anything secret in it. */
  explain(error: unknown, bucket: string): Promise<unknown>;
  close(): void;
};

/** Milliseconds. */
const connect = 10_000;
const silence = 60_000;

/** The variables, else the profile of ~/.aws/config, else where buckets are without a word. */
const regionOf = async (Client: typeof S3Client, env: NodeJS.ProcessEnv): Promise<string> => {
  const given = env.AWS_REGION || env.AWS_DEFAULT_REGION;
  if (given) return given;
  const asking = new Client({});
  try {
    return await asking.config.region();
  } catch {
    return 'us-east-1';
  } finally {
    asking.destroy();
  }
};

/** A body that goes with its MD5 is not hashed once more for the signature: that header is signed, and the server compares it. */
const signWithoutBody = (client: S3Client): void =>
  client.middlewareStack.add(
    next => async args => {
      const { headers } = args.request as { readonly headers: Record<string, string> };
      if (headers['content-md5'] !== undefined) headers['x-amz-content-sha256'] = 'UNSIGNED-PAYLOAD';
      return await next(args);
    },
    { step: 'build', name: 'signWithoutBody', override: true },
  );

/** `endpoint`: of another store than AWS's; else AWS_ENDPOINT_URL_S3 and AWS_ENDPOINT_URL count, as everywhere. */
export const openS3 = async (endpoint: string | null = null, env: NodeJS.ProcessEnv = process.env): Promise<S3> => {
  // Said on stderr otherwise; which Node.js this program needs is its own affair.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
  const { S3Client } = await import('./sdk.ts');
  const given = endpoint ?? (env.AWS_ENDPOINT_URL_S3 || env.AWS_ENDPOINT_URL || '');
  const client = new S3Client({
    ...(given === '' ? {} : { endpoint: given, forcePathStyle: true }),
    // Of a bucket elsewhere AWS tells where; without any region nothing could be asked.
    region: await regionOf(S3Client, env),
    followRegionRedirects: true,
    // Asking first whether a part is welcome takes a new connection, with its handshake, for each of them.
    expectContinueHeader: false,
    maxAttempts: 6,
    requestHandler: { connectionTimeout: connect, socketTimeout: silence },
    // Each part goes with its MD5: a second checksum would only cost time, and not every store knows it.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  });
  signWithoutBody(client);
  return {
    client,
    endpoint: given,
    explain: async (error, bucket) => {
      const keys = await client.config.credentials().catch(() => undefined);
      const hidden = [keys?.secretAccessKey, keys?.sessionToken].filter((value): value is string => Boolean(value));
      return explainS3(error, bucket, hidden);
    },
    close: () => client.destroy(),
  };
};
