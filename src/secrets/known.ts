/** The secrets that most people need, and what belongs into each. */

export type SecretKey = {
  readonly key: string;
  readonly required: boolean;
  /** Where a person finds it. */
  readonly says: string;
  /** May be shown while it is typed. */
  readonly open?: boolean;
};

export type KnownSecret = {
  readonly name: string;
  readonly title: string;
  readonly keys: readonly SecretKey[];
};

const bucketName = 'aws-s3-secret';

export const knownSecrets: readonly KnownSecret[] = [
  {
    name: 'wandb-secret',
    title: 'Weights & Biases: training tells its curves there',
    keys: [{ key: 'WANDB_API_KEY', required: true, says: 'from https://wandb.ai/authorize' }],
  },
  {
    name: bucketName,
    title: 'AWS S3: containers read datasets from a bucket',
    keys: [
      { key: 'AWS_ACCESS_KEY_ID', required: true, says: 'of a user that may read the bucket', open: true },
      { key: 'AWS_SECRET_ACCESS_KEY', required: true, says: 'shown once, when the key was made' },
      { key: 'AWS_REGION', required: true, says: 'where the bucket is: us-east-1, eu-west-1, …', open: true },
      { key: 'AWS_SESSION_TOKEN', required: false, says: 'only of temporary keys; empty leaves it out' },
    ],
  },
];

export const knownSecret = (name: string): KnownSecret | undefined => knownSecrets.find(known => known.name === name);

/** Keys that a secret of this name must have; none for one that we do not know. */
export const requiredKeys = (name: string): readonly string[] =>
  (knownSecret(name)?.keys ?? []).flatMap(({ key, required }) => (required ? [key] : []));

/** What a mounted bucket needs of its secret, under whatever name: other stores than AWS's know no regions of AWS. */
export const bucketKeys = (endpoint: string | null): readonly string[] =>
  requiredKeys(bucketName).filter(key => endpoint === null || key !== 'AWS_REGION');
