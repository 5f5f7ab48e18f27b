/** What a bucket, or the way to it, may say no with. */
import { exitCodes, toFailure, UserError } from '../errors/errors.ts';
import { shownS3 } from './address.ts';

type Said = { readonly name: string; readonly message: string; readonly status: number | undefined; readonly code: string | undefined };

const said = (error: unknown): Said => {
  const {
    name = '',
    message = '',
    $metadata,
    code,
  } = (error ?? {}) as {
    readonly name?: string;
    readonly message?: string;
    readonly code?: unknown;
    readonly $metadata?: { readonly httpStatusCode?: number };
  };
  return { name, message, status: $metadata?.httpStatusCode, code: typeof code === 'string' ? code : undefined };
};

export const isNotFound = (error: unknown): boolean => {
  const { name, status } = said(error);
  return status === 404 || ['NotFound', 'NoSuchKey', 'NoSuchUpload'].includes(name);
};

/** Asking is refused where writing may be allowed: S3 says so of an object that is not there, too. */
export const isRefused = (error: unknown): boolean => said(error).status === 403;

const credentials = /CredentialsProviderError|TokenProviderError/;
const unreachable = /^(ECONNREFUSED|ECONNRESET|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EPIPE)$/;

/** In a person's words; `hidden` are texts that may not be repeated. */
export const explainS3 = (error: unknown, bucket: string, hidden: readonly string[] = []): unknown => {
  if (error instanceof UserError) return error;
  const { name, message, status, code } = said(error);
  const why = hidden.reduce((text, value) => text.replaceAll(value, '…'), message === '' ? name || String(error) : message).slice(0, 300);
  const kept = 'what was sent so far stays; the same command goes on from there';
  const fail = (what: string, hint: string, exitCode: number = exitCodes.failed) => new UserError({ what, why, kept, hint }, exitCode);
  if (credentials.test(name) || /Could not load credentials/.test(message))
    return fail('There are no AWS credentials', 'aws configure, or: export AWS_PROFILE=NAME', exitCodes.refused);
  if (name === 'NoSuchBucket') return fail(`There is no bucket ${bucket}`, `aws s3 mb s3://${bucket}`, exitCodes.usage);
  if (/ExpiredToken|TokenRefreshRequired/.test(name)) return fail('The AWS credentials have expired', 'aws sso login', exitCodes.refused);
  if (/InvalidAccessKeyId|SignatureDoesNotMatch|InvalidToken|AuthorizationHeaderMalformed/.test(name))
    return fail('S3 does not accept the AWS credentials', 'aws sts get-caller-identity', exitCodes.refused);
  if (name === 'RequestTimeTooSkewed') return fail("This machine's clock is wrong", 'date', exitCodes.failed);
  if (status === 403) return fail(`The bucket ${bucket} may not be written`, 'aws sts get-caller-identity', exitCodes.refused);
  if (unreachable.test(code ?? '') || name === 'TimeoutError')
    return fail('S3 cannot be reached', 'check the network, then the same command again');
  const { what, why: reason } = toFailure(error);
  return new UserError({ what: `${bucket}: the upload failed`, why: why || reason || what, kept, hint: 'again' });
};

/** What came is another thing than what went. */
export const differs = (bucket: string, key: string, why: string): UserError =>
  new UserError({
    what: `${shownS3(bucket, key)} is not what was sent`,
    why,
    kept: 'the file here is as it was',
    hint: 'again',
  });
